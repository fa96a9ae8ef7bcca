"""All commands on one screen; a refusal is a sentence on standard error and a number."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from cli.later import CommandList, Later, group

COMMANDS: Final = (
    Later("init", "cli.household:init", "建库：数据表、巡察机构、时限方案、工作日历；重复执行无害。"),
    Later("check", "cli.household:check", "自检：配置、数据库版本、时限方案、工作日历、检查点、权限；只看，不改任何东西。"),
    Later("life", "cli.life:life", "问题的一生：操作表。"),
    Later("import", "cli.ledgers:import_", "导入台账：新问题反馈给党组织，已有问题只更新单位自己填的各列；有一处错误则全部不保留。"),
    Later("export", "cli.ledgers:export", "导出一个轮次的整改台账（xlsx）。"),
    Later("dossier", "cli.dossiers:dossier", "取出案卷：一个问题、一个党组织在一轮中的、或筛选出的问题的文书、材料、流转记录，一个可以离线核验的压缩包。"),
    Later("fire", "cli.moves:fire", "办理一个或一批问题；被退回时逐条说明，退出码 3；页面过时退出码 4。"),
    Later("draft", "cli.moves:draft", "起草一项办理，待另一人确认。"),
    Later("confirm", "cli.moves:confirm", "确认一份起草件。"),
    Later("scan", "cli.scanning:scan", "扫描到点的问题：提醒、标记疑似整改不力、升级督办。"),
    Later("deliver", "cli.post:deliver", "寄出待寄的邮件。"),
    Later("scheduler", "cli.duties:scheduler", "按配置的间隔自行扫描、拟月报、寄信、签检查点、核验日志，直到被停止；serve 已带着它，只提供网页的才另开。"),
    Later("serve", "cli.serving:serve", "提供网页，连同定时任务，直到被停止；--pages-only 只提供网页。"),
    Later("demo", "cli.demo:demo", "演示：建演练库，播种一届任期的巡察整改，再讲一个早晨的故事；已播种的数据目录接着用。"),
    Later("cases", "cli.reading:cases", "列出问题。"),
    Later("stats", "cli.reading:stats", "汇总数字：每个比率都给出分母；后面写文件（xlsx、docx、pdf）的，写出统计表 A 到 G。"),
    Later("paper", "cli.papers:paper", "从记录生成文书（Word 或 PDF）：zhenggai paper 种类 文件，--list 列出种类；paper check 种类，试一遍本单位的模板。"),
    group(
        "papers", "文书",
        Later("list", "cli.issuing:listed", "列出签发的文书和文号，新的在前。"),
        Later("drafts", "cli.issuing:drafts", "列出待签发的底稿。"),
        Later("issue", "cli.issuing:issue", "签发一份底稿：编下一个文号，连同文件的摘要值记入流转日志。"),
    ),
    group("db", "数据库", Later("upgrade", "cli.household:upgrade", "把数据库升级到当前版本。")),
    group("user", "账号", Later("add", "cli.people:add_user", "新增账号；已有的账号加一个职务。")),
    Later("register", "cli.people:register", "登记：党组织、人员、账号、职务、轮次等不是问题的一切；列出或办理。"),
    Later("calendar", "cli.calendars:calendar", "录入一年的放假和调休上班的日子（Excel、WPS 表格或 CSV），写明通知的文号；在走的期限随之重算。"),
    group("unit", "党组织", Later("add", "cli.people:add_unit", "新增党组织，或改其上级与责任党组织。")),
    group("security", "安全日志", Later("export", "cli.watching:export", "导出安全日志（CSV）：可按事项、账号、问题、地址、途径、日期筛选。")),
    group(
        "trail", "流转日志",
        Later("verify", "cli.trailing:verify", "核验流转日志：逐字节、逐检查点、逐步重放；有误退出码 5，并指明第一条不符的记录。"),
        Later("checkpoint", "cli.trailing:checkpoint", "签一个检查点：先由独立代码从所存字节重算，有疑问则不签。"),
        Later("export", "cli.trailing:export", "导出核验包：任何人可离线核验。"),
        Later("prove", "cli.trailing:prove", "给出一条记录在册的证明。"),
    ),
)  # fmt: skip

_program = typer.Typer(
    cls=CommandList,
    name="zhenggai",
    help="整改：巡察整改流程引擎",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@_program.callback()
def _options(context: typer.Context, config: Annotated[Path | None, typer.Option(help="配置文件")] = None) -> None:
    from cli.logbook import open_logbook
    from cli.traces import secrets_of

    context.obj = config
    open_logbook(None, secrets_of(os.environ.get("ZHENGGAI_SMTP_PASSWORD")))


app = typer.main.get_group(_program)
for command in COMMANDS:
    app.add_command(command)


def main() -> None:
    """Run one command; what goes wrong ends with a sentence and a number, never with a trace."""
    try:
        app()
    except Exception as error:  # noqa: BLE001 the last place that can say it in a sentence
        from cli.refusals import ending
        from cli.talk import say

        sentence, code = ending(error)
        say(sentence)
        sys.exit(code)
