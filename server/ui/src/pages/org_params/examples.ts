import type { OrgParamChange } from "../../api/org_params";
import { t } from "../../i18n";

/** The parameter that most organisations begin with: what the library's wecom_notify reads. */
export const firstParam = "wecom_webhook_url";

/** What is known about a key before anyone has filled it in. */
export function example(key: string): Partial<OrgParamChange> {
  if (key !== firstParam) return {};
  return { remark: t("org_params.example_remark"), hosts: ["qyapi.weixin.qq.com"], rotate_days: 90 };
}
