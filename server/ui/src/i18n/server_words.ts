// What the server says in English, in Chinese: sentence by sentence what an answer means and what to do about it (what
// a platform itself said stands behind that and stays as it is), and what the library's scripts are for. A test finds
// the sentences of the server that lack here.
import { language } from "../preferences";
import { t } from ".";

/** A meaning, a remedy or a remark of the server in the language of the page. */
export function serverWords(text: string): string {
  if (language.value !== "zh") return text;
  return Object.entries(chinese)
    .reduce((told, [sentence, words]) => told.replace(sentence, words), text)
    .replace(/。 /g, "。");
}

/** What a run's failure means in the language of the page: a limit that it reached. What a script threw stays as it is. */
export function failureWords({ code, message }: { code: string; message: string }): string {
  return (language.value === "zh" && limits[code]) || message;
}

/** What the server finds wrong with a field, in the language of the page. */
export function fieldWords(message: string): string {
  if (message === "is missing") return t("fill_in");
  if (language.value !== "zh") return message;
  for (const [said, words] of complaints) if (said.test(message)) return message.replace(said, words);
  return message;
}

const complaints: [RegExp, string][] = [
  [/^must be text, and not empty$/, "不能为空。"],
  [/^must be a whole number$/, "必须是整数。"],
  [/^must be from (\d+) to (\d+)$/, "必须在 $1 到 $2 之间。"],
  [/^must be one of (.+)$/, "必须是以下之一：$1"],
  [/^must be a URL that begins with https:\/\/.*$/, "必须是以 https:// 开头的 URL。"],
  [/^must be the name of a server, such as (.+)$/, "必须是服务器名称，例如 $1"],
  [/^must be given anew, for (.+) has changed: .+$/, "请重新填写：$1 已更改，已保存的值不会发送到新的地址。"],
  [/^must be 0 \(no reminders\) to (\d+), a week$/, "请输入 0（不提醒）到 $1（一周）。"],
  [/^must be another time than from; .+$/, "必须与开始时间不同；若要完全不通知，请关闭规则。"],
  [/^must be an IANA name such as (\S+?),? .+$/, "必须是 IANA 时区名称，例如 $1"],
  [/^must begin with a letter or digit .+, at most (\d+) characters$/, "以字母或数字开头，其后可用字母、数字、空格和 . _ & -，最多 $1 个字符。"],
  [/^(".+") is no e-mail address$/, "$1 不是电子邮件地址。"],
  [/^(".+") cannot be the name of a header$/, "$1 不能用作请求头名称。"],
  [/^has (\d+) bytes of UTF-8; it may have (\d+) at most$/, "有 $1 个 UTF-8 字节，最多 $2 个。"],
  [/^has (\d+) texts; there may be (\d+) at most$/, "有 $1 项，最多 $2 项。"],
  [/^there is no variable (\S+); there are (.+)$/, "没有变量 $1；可用：$2"],
  [/^braces are not closed: .+$/, "花括号未闭合：变量写作 {{device}}。"],
  [/^reminders need raise in on$/, "提醒需要勾选“触发”。"],
  [/^(?:\w+: )?there is nowhere to send to: give (.+)$/, "没有发送目标：请填写 $1。"],
  [/^(?:\w+: )?no column of the file holds ids: its head must be one of (.+)$/, "文件中没有账号列：首行须包含以下之一：$1"],
];

const limits: Record<string, string> = {
  time_limit: "运行时间超过上限。",
  memory_limit: "内存占用超过上限。",
  stack_limit: "调用层数超过上限。",
  compile_limit: "编译时间超过上限。",
  result_too_large: "返回内容超过上限。",
  input_too_large: "输入超过上限。",
  too_many_actions: "返回的操作数超过上限。",
  too_many_requests: "请求数超过上限。",
  never_settled: "有 Promise 永远不会完成。",
  worker_lost: "运行进程意外退出。",
  script_paused: "脚本因反复达到上限已暂停；系统会自动重试，修改或恢复后立即运行。",
  busy: "等待运行的任务过多。",
};

const chinese: Record<string, string> = {
  "Raises or clears an alarm of the device and tells the services in group.": "触发或清除设备的报警，并通知 group 中的服务。",
  "Tells a WeCom group when an alarm is raised and when it has recovered.": "报警触发和恢复时通知企业微信群。",
  "Tells members of a WeCom self-built app when an alarm is raised and when it has recovered.": "报警触发和恢复时通知企业微信自建应用的成员。",
  "Tells a DingTalk group when an alarm is raised and when it has recovered.": "报警触发和恢复时通知钉钉群。",
  "Tells members in DingTalk when an alarm is raised and when it has recovered.": "报警触发和恢复时通知钉钉成员。",
  "Tells a group of Feishu or Lark when an alarm is raised and when it has recovered.": "报警触发和恢复时通知飞书或 Lark 群。",

  "Nothing; it is tried again.": "无需处理，系统会自动重试。",
  "Nothing; it is tried again after a minute.": "无需处理，一分钟后自动重试。",
  "If it stays so, send less or use several robots.": "若持续如此，请减少消息，或使用多个机器人。",
  "If it stays so, send less or use several bots.": "若持续如此，请减少消息，或使用多个机器人。",
  "If it stays so, send less often from this address.": "若持续如此，请降低此服务器的发送频率。",
  "If it stays so, send less often.": "若持续如此，请降低发送频率。",
  "If it stays so, check host, port and tls: they belong together.": "若持续如此，请检查服务器、端口和加密方式是否匹配。",
  "If it stays so, check that the server can be reached from here.": "若持续如此，请检查本机能否访问该服务器。",
  "If it stays so, ask whoever runs the server.": "若持续如此，请联系该服务器的维护者。",
  "A script should cache the access token instead of fetching one for every message.": "脚本应缓存 access token，不要每条消息都获取一次。",
  "Mend the cause, then retry this delivery.": "请排除原因，再重试此投递。",
  "The token is part of the request and cannot be replaced here: let the script fetch a new one, and cache it for less than its lifetime.": "令牌在请求之中，这里无法更换：请让脚本重新获取，缓存时间须短于其有效期。",
  "The signature is part of the request and went stale, or the secret or the clock is wrong: let the script sign anew, and check the secret.": "签名在请求之中且已过期，或者密钥、时钟有误：请让脚本重新签名，并检查密钥。",
  "Let the script send less text, or several messages.": "请让脚本缩短文字，或分成多条消息。",
  "Limits count bytes of UTF-8: one Chinese character is three.": "限制按 UTF-8 字节计算，一个汉字占三个字节。",
  "The text was split, and its pieces are refused too: shorten the alarm's description or the rule's template.": "文字拆分后仍被拒绝：请缩短报警描述或规则的消息模板。",

  "The platform reports an error that Tripline does not know.": "平台返回了 Tripline 未知的错误码。",
  "Look the code up in the platform's documentation, then retry this delivery.": "请在平台文档中查询该错误码，再重试此投递。",
  "The answer unfolds to more than is allowed.": "应答解压后超出允许的大小。",
  "The request was sent, but its compressed answer unfolds to more than is allowed: ask whoever runs the server.": "请求已发出，但其压缩的应答解压后超出允许的大小：请询问该服务器的运维人员。",
  "The answer does not say whether the message was taken.": "应答没有说明消息是否被接收。",
  "Look at the answer: something between here and the platform, such as a proxy or a block page, may have made it.": "请查看应答内容：它可能来自中间的代理或拦截页面。",
  "The message was taken, but some recipients did not get it.": "消息已被接收，但部分接收人没有收到。",
  "Check these recipients, and whether the app or bot may write to them.": "请检查这些接收人，以及应用或机器人是否有权给他们发消息。",
  "The message is too long.": "消息太长。",
  "The message is empty.": "消息为空。",
  "Mend the template of the rule, or the message that the script sends.": "请修改规则的消息模板，或脚本发送的消息。",
  "The answer says what is wrong: mend the template of the rule, or the message that the script sends.": "应答说明了错误之处：请修改规则的消息模板，或脚本发送的消息。",

  "WeCom is busy.": "企业微信繁忙。",
  "The secret or the token is wrong.": "Secret 或 token 错误。",
  "The access token is not valid.": "access token 无效。",
  "The access token has expired.": "access token 已过期。",
  "Too many calls: a group bot takes 20 messages a minute.": "发送过于频繁：群机器人每分钟最多接收 20 条消息。",
  "Too many calls at the same time.": "并发调用过多。",
  "A field of the message is not valid.": "消息的某个字段无效。",
  "The answer names the field: mend the template of the rule, or the message that the script sends.": "应答指出了该字段：请修改规则的消息模板，或脚本发送的消息。",
  "The message type is not one that WeCom takes here.": "企业微信不接受此消息类型。",
  "Mend msgtype in the script; of a notification service, report this.": "请修改脚本中的 msgtype；若来自通知服务，请报告此问题。",
  "Put some text into the alarm or the template, or into what the script sends.": "请在报警、模板或脚本的消息中填写文字。",
  "None of the recipients' user ids is known.": "接收人的账号都不存在。",
  "Check the recipients, and the app's visibility scope in the WeCom admin console.": "请检查接收人，以及企业微信管理后台中应用的可见范围。",
  "The agent id is not valid.": "AgentId 无效。",
  "Check the AgentId of the app.": "请检查应用的 AgentId。",
  "The app may not call this interface.": "应用没有调用此接口的权限。",
  "Give the app the permission in the WeCom admin console.": "请在企业微信管理后台为应用开通权限。",
  "A recipient is outside the app's visibility scope.": "有接收人不在应用的可见范围内。",
  "None of the recipients can be reached by the app.": "应用无法给任何接收人发消息。",
  "The token's app and the agent id do not belong together.": "token 所属的应用与 AgentId 不一致。",
  "Check AgentId and Secret: both must be of the same app.": "请检查 AgentId 和 Secret：两者必须属于同一应用。",
  "This server's address is not on the app's list of trusted IPs.": "本服务器的地址不在应用的可信 IP 列表中。",
  "Add the public address of this server to the app's trusted IPs.": "请把本服务器的公网地址加入应用的可信 IP。",
  "The bot's webhook key is not valid, or the bot was removed from the group.": "机器人的 Webhook key 无效，或机器人已被移出群。",
  "Make a new bot in the group if it is gone, copy its webhook URL, and put it into the notification service, or into the org param that the script reads.": "若机器人已不在，请在群里新建一个，复制其 Webhook 地址，填入通知服务或脚本读取的组织参数。",
  "The bot is disabled.": "机器人已停用。",
  "Enable the bot in WeCom.": "请在企业微信中启用该机器人。",
  "The bot is not in the group.": "机器人不在群里。",
  "Add the bot to the group again.": "请把机器人重新加入群。",
  "The app's secret is wrong.": "应用的 Secret 错误。",
  "Copy the app's Secret again, and put it into the notification service, or into the org param that the script reads.": "请重新复制应用的 Secret，填入通知服务或脚本读取的组织参数。",
  "Do not retry before that: WeCom bans an address that keeps sending wrong secrets.": "在此之前请勿重试：企业微信会封禁反复提交错误 Secret 的地址。",

  "DingTalk is busy.": "钉钉繁忙。",
  "DingTalk cannot take the request now.": "钉钉暂时无法处理请求。",
  "Too many messages: a robot takes 20 a minute and then nothing for up to ten minutes.": "发送过于频繁：机器人每分钟最多 20 条，超过后最长十分钟不再接收。",
  "DingTalk does not know this robot's token.": "钉钉不认识此机器人的 token。",
  "Make a new robot in the group if it is gone, copy its webhook URL, and put it into the notification service, or into the org param that the script reads.": "若机器人已不在，请在群里新建一个，复制其 Webhook 地址，填入通知服务或脚本读取的组织参数。",
  "The message is not of a form that DingTalk takes.": "消息格式不被钉钉接受。",
  "DingTalk holds the content to be unsafe.": "钉钉认为内容不安全。",
  "Say it in other words, in the alarm, the template or the script: DingTalk refuses what it holds to be unsafe.": "请在报警、模板或脚本中换一种表述：钉钉会拒绝它认为不安全的内容。",
  "The robot is disabled, or may not write here.": "机器人已停用，或无权在此发消息。",
  "Look at the robot in the group's settings.": "请在群设置中查看该机器人。",
  "The robot's security settings refuse the message: keyword, signature or address.": "消息被机器人的安全设置拒绝：关键词、加签或 IP 地址。",
  "Give the robot's keyword and signing secret in the notification service (a script puts the keyword into its text and signs), or add this server's public address to the robot.": "请在通知服务中填写机器人的关键词和加签密钥（脚本须自行加入关键词并签名），或把本服务器的公网地址加入机器人的 IP 列表。",
  "The signature's timestamp is more than an hour off.": "签名的时间戳相差超过一小时。",
  "DingTalk blocks this server's address for five minutes, for it sent too many requests; or something else answered in DingTalk's place.": "请求过多，钉钉封禁了本服务器地址五分钟；或者应答并非来自钉钉。",
  "The message was taken, but some members are over the rate at which DingTalk passes messages on.": "消息已被接收，但部分成员超过了钉钉的推送频率限制。",
  "DingTalk knows none of these members.": "钉钉不认识这些成员。",
  "Check the members' user ids: they must be those of the DingTalk address book.": "请检查成员的 userid：必须与钉钉通讯录一致。",
  "The access token is not valid any more.": "access token 已失效。",
  "Too many calls in a second.": "每秒调用过多。",
  "The organisation has used up its calls of this month.": "企业本月的调用次数已用完。",
  "Buy more calls, or wait for the next month.": "请购买更多调用次数，或等到下个月。",
  "A parameter of the request is not valid.": "请求的某个参数无效。",
  "The answer names the parameter: mend it in the notification service (ClientId, RobotCode, members) or in the script.": "应答指出了该参数：请在通知服务（ClientId、RobotCode、成员）或脚本中修改。",
  "ClientId or ClientSecret is wrong.": "ClientId 或 ClientSecret 错误。",
  "Copy both again from the app's page, into the notification service or the org params that the script reads.": "请从应用页面重新复制两者，填入通知服务或脚本读取的组织参数。",

  "Too many messages: a bot takes 100 a minute and 5 a second.": "发送过于频繁：机器人每分钟最多 100 条、每秒最多 5 条。",
  "The request is not of a form that Feishu takes.": "请求格式不被飞书接受。",
  "Feishu does not know this bot.": "飞书不认识此机器人。",
  "The message is not of a form that Feishu takes.": "消息格式不被飞书接受。",
  "Mend the template of the rule, or msg_type and content in the script.": "请修改规则的消息模板，或脚本中的 msg_type 和 content。",
  "The signature does not match, or its timestamp is more than an hour off.": "签名不匹配，或其时间戳相差超过一小时。",
  "This server's address is not on the bot's list.": "本服务器的地址不在机器人的 IP 白名单中。",
  "Add the public address of this server to the bot's IP list.": "请把本服务器的公网地址加入机器人的 IP 白名单。",
  "The text holds none of the bot's keywords.": "文字中没有机器人要求的关键词。",
  "Give the bot's keywords in the notification service; a script puts one of them into the text or the title.": "请在通知服务中填写机器人的关键词；脚本须在正文或标题中加入其中一个。",

  "The mail server cannot take the e-mail now.": "邮件服务器暂时无法接收邮件。",
  "The talk with the mail server broke off.": "与邮件服务器的通信中断。",
  "The mail server's certificate is not one that can be trusted.": "邮件服务器的证书不受信任。",
  "Check that host is the name in the server's certificate, and that an authority which is known here signed it.": "请检查服务器名称与证书一致，且证书由受信任的机构签发。",
  "The mail server does not know a way to encrypt or to sign in that the settings ask for.": "邮件服务器不支持所设置的加密或登录方式。",
  "Check tls, user and password against what the server's operator says.": "请按邮件服务商的说明检查加密方式、用户名和密码。",
  "The mail server refuses the user or the password.": "邮件服务器拒绝了用户名或密码。",
  "Check user and password; some servers want a password of its own for programs.": "请检查用户名和密码；部分服务商要求使用专用的授权码。",
  "The mail server refuses the e-mail or an address.": "邮件服务器拒绝了邮件或某个地址。",
  "Check from and to, and whether the user may send as from.": "请检查发件人和收件人，以及该用户能否以此发件人发送。",

  "The server refuses the request.": "服务器拒绝了请求。",
  "The server cannot take the request now.": "服务器暂时无法处理请求。",
  "The server points to another address, which was not followed.": "服务器重定向到其他地址，未跟随。",
  "Send the request to the address that the server names, or let it follow redirects (maxRedirects).": "请改为发送到服务器给出的地址，或允许跟随重定向（maxRedirects）。",
  "Check the credentials that the request carries, and what they allow.": "请检查请求携带的凭证及其权限。",
  "Check the address: the server knows nothing there.": "请检查地址：服务器上没有此内容。",
  "Check the method: the server does not take it at this address.": "请检查请求方法：该地址不接受此方法。",
  "Send less: a shorter description or template, or less data in the script.": "请减少内容：缩短描述或模板，或减少脚本发送的数据。",
  "Look at the answer, mend what it complains of in the notification service or in the script, then retry this delivery.": "请查看应答，按其提示修改通知服务或脚本，再重试此投递。",
  "The request got no answer.": "请求没有得到应答。",
  "Policy forbids this request.": "安全策略禁止此请求。",
  "Ask the operator or an admin to allow the address, or send to another one.": "请联系服务器运营者或管理员放行该地址，或改用其他地址。",
  "Mend the URL in the notification service or in the script.": "请在通知服务或脚本中修正 URL。",
  "The server redirects in a circle or too often: check the address.": "服务器循环重定向或次数过多：请检查地址。",
  "The server redirects to something that is no address: ask whoever runs it.": "服务器重定向到无效地址：请联系其维护者。",
  "The server took too long.": "服务器响应超时。",
  "The server did not answer in time.": "服务器未在规定时间内应答。",
  "Nothing listens at that address and port.": "该地址和端口没有服务在监听。",
  "The server closed the connection without an answer.": "服务器未应答就关闭了连接。",
  "There is no host of that name.": "没有此主机名。",
  "The name servers did not answer.": "域名服务器没有应答。",
  "The server's certificate has expired.": "服务器的证书已过期。",
  "The server's certificate is for another name.": "服务器的证书与主机名不符。",
  "The server's certificate is not signed by an authority that is trusted here.": "服务器的证书不是由受信任的机构签发。",

  "Look at the server's log.": "请查看服务器日志。",
  "Retry this delivery only if the destination does not have it.": "仅当目标没有收到时才重试此投递。",
  "See that the destination works, then retry its deliveries.": "请确认目标恢复正常，再重试其投递。",
  "Make a service of that name, then retry this delivery; or name another one in the rule or in the alarm.": "请创建同名通知服务后重试此投递，或在规则或报警中改用其他服务。",
  "Mend the service's settings; what waits is then sent by itself.": "请修正通知服务的设置，等待中的内容会自动发送。",
  "Nothing, if it was meant to go: new alarms go to the targets that the service has now.": "若本就要移除则无需处理：新的报警会发往服务现有的目标。",
  "Otherwise make a target of that name in the service, then retry this delivery.": "否则请在服务中创建同名目标，再重试此投递。",
};
