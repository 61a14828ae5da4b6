
/* What docs/zh/api.md says beside the tables, in the standard's terms. */


#include "ic_apidump.h"


static const char  ic_text_zh_head[] =
    "# 接口\n"
    "\n"
    "由 `src/api` 中的表经 `make docs` 生成，请勿手工修改。同一来源的\n"
    "../openapi.json 为 OpenAPI 3.1 描述，含中英文说明。\n"
    "\n"
    "## 约定\n"
    "\n"
    "| 路径 | 面向 | 地址 |\n"
    "|---|---|---|\n"
    "| `/v1/interconn/` | 其他节点（东西向接口） | 合约中的 `address` 加路径，HTTPS |\n"
    "| `/v1/platform/` | 本节点的操作员（南北向接口） | 独立的监听地址 |\n"
    "| `/model/` | 联邦学习服务的用户 | 与 `/v1/platform/` 同一监听地址 |\n"
    "\n"
    "* 写操作为 `POST`，报文体是一个 JSON 对象；读操作为 `GET`，参数在查询串中\n"
    "  （也接受 JSON 报文体）。\n"
    "* 应答：`{\"code\":0,\"msg\":\"success\",\"data\":{...}}`，`data` 总是对象，\n"
    "  下文没有 data 表的接口返回 `{}`。错误：\n"
    "  `{\"code\":4001,\"msg\":\"...\",\"data\":{\"error\":\"invalid_fiel"
    "ds\",`\n"
    "  `\"msg_zh\":\"...\",\"fields\":[{\"field\":\"/node_id\",\"reason\""
    ":\"is required\"}]}}`，\n"
    "  一次列出全部有误的字段。请按 `code` 或 `data.error` 判断，不要依赖 `msg`。\n"
    "* 成功码为 0；其他节点返回 200 时本节点也视为成功。\n"
    "* HTTP 状态码：`/v1/platform` 为错误码除以 10。`/v1/interconn` 仅在认证、\n"
    "  合约、许可凭证、路径、请求方法、报文大小出错以及节点自身故障时如此，\n"
    "  其余错误为 200，除非配置了 `interconn_http_status on`。`/model` 为 200。\n"
    "* 429 与 503 附带 `Retry-After`。未得到应答的请求可以重发：重复已成功的\n"
    "  请求仍返回成功，且不产生任何改变。本节点同样如此：对未得到应答或收到\n"
    "  408、429、5xx 的请求会重发。操作员的创建与删除类请求除外：再次 `create` 或\n"
    "  `audit/apply` 会另建一个（名称由调用方给定的返回 `conflict`），再次\n"
    "  `token/rotate` 会另换令牌，已删除的返回 `not_found`。\n"
    "* 时间为毫秒时间戳；小于 10^11 的数按秒解释。\n"
    "* 列表接口的参数为 `page_num`（从 1 开始）与 `page_size`（默认 20，-1 为\n"
    "  全部，不得为 0），返回 `records`（新的在前）与 `total`。较长的应答边读边发：\n"
    "  自始至终存在的记录恰好出现一次，期间新建的可能不含在内；中途存储故障时，\n"
    "  连接在应答结束之前断开。\n"
    "* 他方的对象与不存在的对象，应答相同。\n"
    "* 下文的“依据”为 T/CCIASC 0022-2024 的条款号；interop 指标准之外、各家实现\n"
    "  一致采用的接口，FL service 指联邦学习服务。\n"
    "\n"
    "### JSON\n"
    "\n"
    "UTF-8，不含代理码点；最多 32 层；不允许重复的键；字符串中不允许 NUL；\n"
    "只允许一个值。未知成员被忽略；null 以及非必填的空 id 视为未提供。同一字段的\n"
    "两种名称（下文括号内为另一名称）可以同时出现，但取值须相同。\n"
    "\n"
    "id 为 1 至 128 个字符，取自 `A-Z a-z 0-9 . _ : @ -`，首字符为字母或数字。\n"
    "`contract_id` 由被申请方生成，`audit_id` 由申请方生成，资源 id 由其属主生成，\n"
    "`job_id` 与 `task_id` 由发起方生成。他方的 id 不作任何解释。\n"
    "\n"
    "### 认证\n"
    "\n"
    "| | |\n"
    "|---|---|\n"
    "| 证书 | 网络 CA 签发的 TLS 客户端证书 |\n"
    "| 合约 | 同上，且该节点持有已授权、未过期的节点合约 |\n"
    "| 操作员 | 经 TLS 的 `Authorization: Bearer <令牌>`，或已绑定操作员的证书，"
    "或会话 cookie 及报文头 `x-interconn-console: 1`；"
    "且其[角色](#角色)具有接口所需权限 |\n"
    "\n"
    "节点的身份是其证书的公钥；证书的通用名（或主体别名\n"
    "`URI:urn:interconn:node:<id>`）为节点 id。报文头与报文体不作为身份依据。\n"
    "\n"
    "### 报文头\n"
    "\n"
    "| 报文头 | |\n"
    "|---|---|\n"
    "| `x-source-node-id`、`x-target-node-id` | 发送方与接收方，仅为提示 |\n"
    "| `x-nonce`、`x-timestamp`、`x-auth-sign` | 报文签名 |\n"
    "| `x-resource-permit` | 资源许可凭证，见“资源许可凭证” |\n"
    "| `x-trace-id` | 本次交互的标识，应答中以 `X-Trace-Id` 返回 |\n"
    "\n"
    "名称也可以用下划线书写（如 `x_node_id`），前提是 nginx 配置了\n"
    "`underscores_in_headers on`；同一报文头只能出现一次。\n"
    "\n"
    "本节点发出的请求携带上述报文头与 `X-Node-Id`，许可凭证仅在需要时携带。签名\n"
    "覆盖请求方法、路径与查询串、发送方、接收方、随机数、时间戳及报文体摘要\n"
    "（见 ../security.md）。调用方为“合约”的接口上，签名一旦给出即须通过验证，每次\n"
    "发送须使用新的随机数，否则返回 `bad_signature`。是否必须签名由各节点决定\n"
    "（`interconn_message_signature`）。\n"
    "\n"
    "### 状态\n"
    "\n"
    "| 对象 | |\n"
    "|---|---|\n"
    "| 节点合约 | APPLIED → APPROVED、REJECTED 或 TERMINATED；APPROVED →"
    " TERMINATED |\n"
    "| 审批 | APPLIED → APPROVED 或 REJECTED；APPROVED → TERMINATED |\n"
    "| 任务、组件任务 | PENDING → RUNNING → SUCCESS 或 FAILED；PENDING → FAILED |\n"
    "\n"
    "APPLIED 已申请，APPROVED 已授权，REJECTED 已拒绝，TERMINATED 已解除。其他变化\n"
    "返回 `wrong_state`，重复同一变化返回成功。对合作方而言，已过期的合约即为\n"
    "TERMINATED。\n"
    "\n"
    "### 节点合约\n"
    "\n"
    "1. 申请方调用 `node/contract/apply`：`node_id` 为其证书中的名称，\n"
    "   `auth_credential` 为该证书，或（其他 `auth_type` 时）签名报文所用的公钥，\n"
    "   `address` 为接收答复的地址（内网与回环地址以 `unsafe_address` 拒绝，除非在\n"
    "   `interconn_peer_allow` 之内）。相同的申请再次提交仍为同一申请；答复之前提交\n"
    "   的另一申请是另一合约，其中只能批准一个（`contract_exists`）。\n"
    "2. 被申请方返回 `contract_id`；其操作员作出决定后，使用被申请节点的证书，向\n"
    "   该地址调用 `node/contract/confirm`。申请方操作员在得到该应答之前看到的是\n"
    "   本节点的 id，此后该 id 仍可指代该合约。\n"
    "3. 此后双方可以互相调用。错过通知的一方可用 `node/contract/query` 查询状态；\n"
    "   合约解除后，其下全部资源许可凭证失效。\n"
    "\n"
    "### 资源许可凭证\n"
    "\n"
    "审批通过时，`audit/confirm` 附带 `resource_permit`，其中的 `token` 绑定持有方\n"
    "的证书与该资源，有效至 `time_limit`，可用 `times_limit` 次，审批或合约解除时\n"
    "失效。答复可以收窄申请的限制，不能放宽；数据集的 `usage_limits` 为其授权上限。\n"
    "此外还有 `rows_limit`、`bytes_limit`，`auth_scope` 与 `scope_ids` (项目、组件)，\n"
    "`algorithms_allow`、`algorithms_deny`；受限而未写明用途的使用以 `permit_scope`\n"
    "拒绝。\n"
    "\n"
    "使用时放入 `x-resource-permit`、`Authorization: MPC-Permit <令牌>`，或作为\n"
    "`x-mprac-token-set` 中的一项\n"
    "`<资源名>/<等级>/<令牌>`（各项以逗号分隔）。`schedule/task/start` 须携带任务的\n"
    "许可凭证，每个 `task_id` 计一次使用；数据集的许可凭证无须携带，由属主在持有方\n"
    "任务读取数据时计数。\n"
    "\n"
    "### 任务\n"
    "\n"
    "DAG 列出组件，组件实例名互不相同；输入的 key 为另一组件的\n"
    "`<实例名>.<输出 key>`；不允许成环；每个组件须在本节点存在。`config.role` 以\n"
    "`guest`、`host`、`arbiter` 列出节点 id，每个节点只出现一次，最多 32 个；\n"
    "`config.initiator` 指明驱动任务的节点。`config.task_params` 按组件实例名给出\n"
    "参数：`common` 对各方有效，`<角色>.<序号>` 仅对该方有效。参与方的数据以\n"
    "`dataset_id` 或 `data_sql` 指定。\n"
    "\n"
    "`data_sql` 从不按原文执行：属主将其规范形式（引号外的空白合并、去掉末尾分号、\n"
    "引号外的字母转为小写）与已登记数据集的 `location.query` 比较，读取相符的\n"
    "数据集。\n"
    "\n"
    "homo_lr 需要一个 guest、一个 arbiter 和至少一个 host。参与方只能读取发起方已获\n"
    "属主许可的数据，否则其组件任务以 `data_not_approved` 结束。\n"
    "\n"
    IC_APIDUMP_JOB
    "\n"
    "### 调度\n"
    "\n"
    "各方先批准任务（`job/audit/apply`、`job/audit/confirm`），发起方才能启动。\n"
    "发起方的操作员以 `/v1/platform/audit/apply` 逐一申请，`/model/train` 自动申请。\n"
    "发起方向其余各方调用 `/v1/interconn/schedule/` 下的接口：\n"
    "\n"
    "1. `job/create`，`dag` 与 `config` 须与批准的内容一致（否则返回\n"
    "   `conflict`），然后 `job/start`；\n"
    "2. 对输入已就绪的每个组件调用 `task/start`，携带许可凭证、各方相同的\n"
    "   `task_id`，以及各方交换消息所用会话的 `session_id` 与 `token`；\n"
    "3. 参与方以 `task/callback` 回报变化；无论 `sync_type` 为何值，都以\n"
    "   `task/poll` 补查遗漏，`role` 可以为空；\n"
    "4. 有参与方失败或任务被停止时调用 `task/stop`；结束时（成功亦然）调用\n"
    "   `job/stop`。带已结束组件的 `task_name` 时仅作清理，不产生改变。\n"
    "\n"
    "审批未通过或已解除时，调用方得到 `not_permitted`；已在运行的组件任务继续运行，\n"
    "直至被停止。\n"
    "\n"
    "补查每 5 s 一次，`role` 为不带序号的角色名。应答须为上述状态之一或 READY（即\n"
    "PENDING）；20 s 内既无回报又无应答的参与方使任务失败（`peer_unreachable`），应答\n"
    "为其他内容亦然（`peer_protocol`）；拒绝则立即使任务失败。\n"
    "\n"
    "补查与回报中的 `cause` 为 `{\"error\", \"message\", \"message_zh\","
    " \"code\", \"party\",\n"
    "\"node_id\", \"component\", \"task_id\", \"column\", \"row\"}`。给出"
    " `error` 与 `party` 时\n"
    "原样显示；否则由发起方补上参与方，`error` 不在下表之中时为 `task_crashed`。\n"
    "\n"
    "参与方要求停止任务时，向发起方调用 `job/stop_all`。\n"
    "\n"
    "### 通道\n"
    "\n"
    "组件任务的每条消息是对接收方节点的一次调用，同一主题依次发送，前一条得到应答\n"
    "后再发下一条：\n"
    "\n"
    "    POST <address>/v1/interconn/chan/invoke\n"
    "    x-ptp-version: 1\n"
    "    x-ptp-uri: /v1/interconn/chan/push\n"
    "    x-ptp-session-id: <会话 id>\n"
    "    x-ptp-token: <会话令牌>\n"
    "    x-ptp-topic: <主题，1 至 512 字节>\n"
    "    x-ptp-source-node-id: <发送方>\n"
    "    x-ptp-target-node-id: <接收方>\n"
    "    x-interconn-seq: <1、2……按会话、主题、接收方递增>\n"
    "\n"
    "报文体即消息本身，不作封装，最大 128 MiB。`chan/push` 与 `chan/transport`\n"
    "等效。调用方须具备证书与合约、属于该会话，会话有令牌时须携带。没有\n"
    "`x-interconn-seq` 时，重发的消息会重复送达。\n"
    "\n"
    "应答为 `{\"code\":\"E0000000000\",\"msg\":\"success\",\"message\":\"suc"
    "cess\"}`，应答码同时\n"
    "位于报文头 `x-ptp-code`：\n"
    "\n"
    "| 应答码 | HTTP | |\n"
    "|---|---|---|\n"
    "| E0000000000 | 200 | 已接收，或先前已接收 |\n"
    "| E0000000400 | 400 | 缺少报文头或报文头有误 |\n"
    "| E0000000403 | 401、403 | 没有证书、合约或打开的会话，或令牌不符 |\n"
    "| E0000000404 | 404 | 本节点没有该会话 |\n"
    "| E0000000413 | 413 | 超过 128 MiB |\n"
    "| E0000000500 | 500 | 节点自身故障 |\n"
    "| E0000000503 | 503 | 存储不可用，请重发 |\n"
    "| E0000000602 | 200 | 会话已失败 |\n"
    "| E0000000608 | 200 | 会话已释放 |\n"
    "| E0000000615 | 200 | 发送方与接收方的组件不一致，接收方的组件见 "
    "`x-interconn-component` |\n"
    "| E0000000614 | 403 | 不对其他节点开放：pop、peek、release |\n"
    "| E0000000700 | 200 | 该会话已积压 60 MiB，请重发 |\n"
    "\n"
    "组件自身调用的接口见 ../components.md。\n"
    "\n"
    "### 联邦学习服务\n"
    "\n"
    "`/model/*` 返回 `{\"code\":200,\"data\":...,\"message\":null}`，出错时返回\n"
    "`{\"code\":400,\"data\":null,\"message\":\"字段: 原因\"}`（节点自身故障为 500）。路径\n"
    "末尾可带斜杠。`user_id` 经 `interconn_party` 对应到节点，本节点的用户为协调方。\n"
    "`model_params` 接受 homo_lr 的参数，各列的名称与其平级给出；未知参数将被拒绝。\n"
    "数据方少于三个时须设置 `allow_two_parties`。\n";


const ic_text_t  ic_text_zh = {
    .option = "--markdown-zh",
    .chinese = 1,
    .head = ic_text_zh_head,

    .sides = { "东西向接口", "南北向接口", "联邦学习服务" },
    .auths = { "无", "证书", "合约", "操作员" },

    .types = {
        "字符串", "id", "整数", "时间", "数值", "布尔", "枚举", "对象",
        "列表", "映射", "任意"
    },

    .param_types = {
        "整数", "数值", "布尔", "选项", "列名", "列名列表", "数值或字符串",
        "数值列表", "文本列表", "参与方", "文本", "id", "SQL", "对象"
    },

    .clause = "依据：%s。调用方：%s。",
    .permission = "权限：`%s`。",
    .evidence = "存证：%s。",
    .request = "| 请求 | 类型 | | |\n|---|---|---|---|\n",
    .answer = "| data | 类型 | | |\n|---|---|---|---|\n",

    .alias = "（或 ",
    .alias_end = "）",
    .of = "（%s）",
    .range = "，%lld 至 %lld",
    .length = "，长度 %lld 至 %lld",
    .required = "必填",
    .when = "%s 时必填",
    .comma = "、",
    .colon = "：",

    .params = "%s 的参数",
    .param_table = "| 名称 | 类型 | 取值 | 默认值 | |\n"
                   "|---|---|---|---|---|\n",
    .above = "大于 ",
    .to = " 至 ",
    .step = "，步长 %lld",

    .authority =
        "\n## 授权矩阵\n\n"
        "何方可在何种状态下对何对象做何操作。调用方身份以其证书为准。他人的对象与不存在\n"
        "的对象得到逐字节相同的应答，并在存证中留下 `AUTHZ_DENIED`。重复调用按其键识别，\n"
        "应答与首次相同且不产生改变；不在所列状态时返回 `wrong_state`。\n\n",
    .callers = "| 调用方 | |\n|---|---|\n",
    .authority_table =
        "| 接口 | 调用方 | 对象依据 | 状态 | 重复的键 | 内容不同 | 不存在 |\n"
        "|---|---|---|---|---|---|---|\n",

    .roles = "\n## 角色\n\n每个节点固有的角色，可另行自定义。\n\n"
             "| 角色 | 权限 | |\n|---|---|---|\n",

    .errors = "\n## 错误码\n\n6000 及以上为任务失败的原因。\n\n"
              "| 错误码 | 错误名 | `msg_zh` | `msg` |\n|---|---|---|---|\n"
};
