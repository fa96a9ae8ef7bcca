"""What a request asked for, in the words in which the security log names what was not there for the one who asked."""

from __future__ import annotations

from typing import Any, Final

from fastapi import Request

from states import ACTIONS
from web.doorway import NotYours

WORDS: Final = {
    "/": "首页", "/cases": "台账", "/cases/columns": "台账选列", "/cases/views": "常用查询", "/cases/export": "导出台账", "/cases/dossier.zip": "取出案卷",
    "/cases/export.xlsx": "导出台账", "/cases/{case_id}": "问题页", "/cases/{case_id}/proof/{index}": "问题的第 {index} 条存证",
    "/cases/topics": "几个问题的专题", "/cases/{case_id}/topics": "问题的专题", "/recurrences": "以前反馈过的相近问题",
    "/cases/{case_id}/materials": "问题的佐证材料", "/cases/{case_id}/files": "问题的佐证材料",
    "/cases/{case_id}/materials/{number}/remove": "问题的佐证材料 {number}", "/materials/{number}": "材料 {number}",
    "/materials/{number}/view": "材料 {number}", "/queue": "待签", "/done": "已办", "/messages": "消息",
    "/me/feed": "日历订阅", "/feeds/{token}": "日历订阅", "/sent/{token}": "先传的文件",
    "/making/{token}": "正在生成的文件", "/making/{token}/file": "生成的文件",
    "/acts/{action}": "办理", "/acts/{action}/keep": "办理（保存填写）", "/acts/{action}/files": "办理（先传文件）",
    "/drafts/{number}": "起草件 {number}", "/drafts/{number}/files/{place}": "起草件 {number} 的文件",
    "/copies": "呈送（抄告）", "/copies/{case_id}/{number}": "问题第 {number} 版送出的呈送（抄告）件",
    "/handovers/{number}": "责任交接单 {number}", "/handovers/{number}/sheet.xlsx": "导出责任交接单 {number}",
    "/drafts/{number}/files/{place}/view": "起草件 {number} 的文件", "/sent/{token}/view": "先传的文件",
    "/register/suspension/requests/{number}": "中止计时申请 {number}", "/import/prepared": "准备稿",
    "/import/prepared/{number}": "准备稿 {number}",
    "/import/prepared/{number}/letter": "准备稿 {number} 的反馈意见",
    "/import/prepared/{number}/file": "准备稿 {number} 的台账", "/import/round": "反馈准备", "/batches/again": "重发初始密码",
    "/orders": "立行立改交办", "/orders/new/{number}": "起草立行立改交办", "/orders/{number}": "交办稿 {number}",
    "/orders/{number}/notice": "交办稿 {number} 的通知书",
    "/import": "导入", "/import/done": "导入结果", "/mails": "邮件", "/mails/{number}": "邮件 {number}",
    "/log": "流转日志", "/log/checkpoints": "检查点", "/log/{index}": "第 {index} 条流转记录", "/log/verify": "核验", "/log/export": "导出核验包",
    "/accounts": "账号", "/accounts/{number}": "账号申请 {number}", "/security": "安全日志", "/security/export.csv": "导出安全日志",
    "/first/{token}": "首次设置", "/setup": "筹备", "/setup/mail": "试寄邮件",
    "/cases/{case_id}/restrict": "限定知悉", "/log/readings": "限定知悉的阅读记录", "/vacancies": "空缺和邮箱", "/look-backs": "回头看抽查库",
    "/batches/{number}": "名册申请 {number}",
    "/register/{kind_name}/import": "名册", "/register/{kind_name}/template.xlsx": "空白名册", "/register": "登记",
    "/register/looked": "看过操作员的登记", "/register/requests/{number}": "登记申请 {number}",
    "/register/calendar": "工作日历", "/register/calendar/{year}.csv": "{year} 年的放假安排", "/register/calendar/enter": "录入放假安排",
    "/register/calendar/requests/{number}": "放假安排的申请 {number}",
    "/exchange": "往来", "/exchange/problems": "发问题", "/exchange/reports": "报情况", "/exchange/take": "收往来文件",
    "/exchange/taken/{number}": "报来的情况 {number}",
    "/help/pictures/{name}": "帮助里的图", "/help/{name}": "帮助",
    "/register/setting": "设置", "/register/profile": "时限方案", "/register/profile/{digest}": "一版时限方案",
    "/register/profile/{digest}/next": "立时限方案的下一版",
    "/register/profile/{digest}/try": "试算时限方案", "/register/profile/requests/{number}": "时限方案的申请 {number}",
    "/register/dictionary": "问题分类", "/register/dictionary/enter": "录入问题分类", "/register/dictionary/template.xlsx": "问题分类的表",
    "/register/dictionary/{number}": "问题分类 {number}",
    "/register/round/{number}/teams": "巡察组的组建", "/register/round/{number}/plan": "轮次的安排",
    "/archive": "归档", "/archive/{number}": "归档的案卷 {number}",
    "/figures": "统计", "/figures.xlsx": "导出统计表", "/figures/{form}": "导出统计表",
    "/papers": "文书", "/papers/new": "拟文书", "/papers/numbers": "登记系统外文号",
    "/papers/together": "一并办理文书底稿", "/papers/receipts": "文书待签收", "/papers/{number}": "文书 {number}",
    "/papers/{number}/{field}": "文书 {number} 的文件", "/papers/drafts/{number}": "文书底稿 {number}",
    "/papers/drafts/{number}/{form}": "文书底稿 {number} 的文件",
    "/coverage": "应巡尽巡", "/register/term/{number}/coverage": "应巡尽巡", "/register/term/{number}/coverage.xlsx": "导出应巡尽巡",
    "/register/{kind_name}": "一类登记", "/register/{kind_name}/{row}": "一条登记",
    "/register/{kind_name}/{row}/files/{field}": "一条登记的文件",
    "/register/{kind_name}/{act_name}": "登记", "/register/{kind_name}/{row}/{act_name}": "登记的更改",
}  # fmt: skip
"""By the route: every one that may not be there for somebody who is signed in."""
OTHER: Final = "其他页面"


def asked_for(request: Request, error: NotYours) -> dict[str, Any]:
    """Return what a request that was not answered was about: the case and the action where it named them, and words."""
    said = request.path_params
    case = said.get("case_id") or next(iter(error.cases), None)
    words = WORDS.get(request.scope["route"].path, OTHER).format(**said)
    action = said.get("action", "")
    more = f"（共 {len(error.cases)} 个问题）" if len(error.cases) > 1 else ""
    return {"case": case, "action": action if action in ACTIONS else "", "words": words + more}
