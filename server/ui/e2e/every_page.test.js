// Every page, in both languages, both themes and on a phone: no barriers, nothing wider than the window, no secret.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible } from "./axe.js";
import { room, serviceKey, startPlant } from "./plant.js";
import { assertFits, openPage, remains, shot, signIn, webhook } from "./support.js";

const english = { name: "Name", password: "Password", button: "Sign in" };
const chinese = { name: "用户名", password: "密码", button: "登录" };

const variants = [
  { theme: "light", width: 1280, locale: "en-GB", words: english },
  { theme: "dark", width: 375, locale: "zh-CN", words: chinese },
  { theme: "dark", width: 1280, locale: "zh-CN", words: chinese },
  { theme: "light", width: 375, locale: "en-GB", words: english },
];

test("every page", { concurrency: 2 }, async (t) => {
  const plant = await startPlant(t);
  const { call } = plant;
  const execution = (await call("GET", "/executions?eui=" + room.eui)).items.find((one) => one.uplink).id;
  const failed = (await call("GET", "/executions?state=failed")).items[0].id;
  const alarm = (await call("GET", "/alarms")).items[0].id;
  const discarded = (await call("GET", "/deliveries?state=discarded")).items[0].id;
  const entry = (await call("GET", "/audit?search=org_param.")).items[0].id;
  const pages = {
    overview: "/overview",
    alarms: "/alarms",
    "alarms-cleared": "/alarms?state=cleared",
    alarm: "/alarms/" + alarm,
    devices: "/devices",
    "device-new": "/devices?new=1",
    device: "/devices/" + room.eui,
    "device-attributes": `/devices/${room.eui}/attributes`,
    "device-scripts": `/devices/${room.eui}/mounts`,
    "device-executions": `/devices/${room.eui}/executions`,
    "device-deliveries": `/devices/${room.eui}/deliveries`,
    "device-uplink": `/devices/${room.eui}?do=uplink`,
    "device-call": `/devices/${room.eui}?do=call`,
    executions: "/executions",
    execution: "/executions/" + execution,
    "execution-failed": "/executions/" + failed,
    services: "/notifications/services",
    "service-new": "/notifications/services?new=1",
    "service-wecom-new": "/notifications/services?new=wecom",
    "service-email-new": "/notifications/services?new=email",
    service: "/notifications/services/On%20call",
    rules: "/notifications/rules",
    rule: "/notifications/rules/cold%20rooms",
    "rule-new": "/notifications/rules?new=1",
    deliveries: "/deliveries",
    delivery: "/deliveries/" + discarded,
    "org-param": "/org-params/" + webhook.key,
    access: "/access",
    "access-user": "/access/users/lin",
    tokens: "/access/tokens",
    "token-new": "/access/tokens?new=1",
    audit: "/audit",
    "audit-entry": "/audit/" + entry,
    settings: "/settings",
    organisations: "/settings/organisations",
    "organisation-new": "/settings/organisations?new=1",
    nothing: "/alarms/" + execution,
  };
  const secrets = [webhook.value.split("key=")[1], serviceKey];

  const looked = variants.map(({ theme, width, locale, words }) => {
    const variant = `${theme}-${width}-${locale.slice(0, 2)}`;
    return t.test(variant, async (t) => {
      const { page, replies } = await openPage(t, plant, { theme, width, locale });
      await signIn(page, words, "/alarms");
      await page.locator("h1").filter({ hasText: /Alarms|报警/ }).waitFor();
      for (const [name, address] of Object.entries(pages)) {
        await page.goto(address);
        await page.locator("main h1").waitFor();
        await page.locator("[aria-busy]").waitFor({ state: "detached" });
        await page.evaluate(() => document.fonts.ready);
        await assertFits(page);
        await assertAccessible(page, `${name} ${variant}`);
        await shot(page, `${variant}-${name}`);
        const left = await remains(page);
        for (const secret of secrets) assert.ok(!left.includes(secret), `a webhook's key is on ${name}`);
      }
      const leaks = replies.filter(({ text }) => secrets.some((secret) => text.includes(secret)));
      assert.deepEqual(leaks.map(({ url }) => url), [], "a webhook's key is in replies");
    });
  });
  await Promise.all(looked);
  for (const secret of secrets) assert.ok(!plant.output().includes(secret), "a webhook's key is in the server's output");
});
