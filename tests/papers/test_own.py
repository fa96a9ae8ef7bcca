"""An office's own template: used where it is there, and told what is wrong with it before it is."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest

from papers.content import Unusable
from papers.kinds import KINDS
from papers.own import faults_of
from papers.render import OWN, Press, render
from papers.sample import sample
from storage.private import tighten, wide_open
from tests.papers.test_word import told

KIND = KINDS["warning"]


def written(folder: Path, *paragraphs: str, name: str = "warning") -> Path:
    """An office's template with these paragraphs, as somebody types them into Word."""
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    (folder / "papers").mkdir(exist_ok=True)
    path = folder / "papers" / f"{name}.docx"
    document.save(str(path))
    return path


def test_an_offices_own_template_is_used_in_place_of_ours(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "本委红头 {{ 文号 }}",
        "{{ 标题 }}",
        "致 {{ 主送 }}",
        "{{p 正文 }}",
        "{{p 落款 }}",
        "{{p 附件 }}",
        "{{p 文末 }}",
    )
    assert faults_of(path, KIND) == []
    made = render("warning", sample(KIND), "docx", Press(home=tmp_path)).content
    words = told(made)
    assert "本委红头 示巡办函〔2026〕3号" in words
    assert "示例问题清单" in words
    # The blocks bring their styles with them.
    styles = {one.style_id for one in docx.Document(io.BytesIO(made)).styles}
    assert {"gwText", "gwCell"} <= styles
    assert "本委红头" not in told(render("reminder", sample(KINDS["reminder"]), "docx", Press(home=tmp_path)).content)


def test_it_may_lay_out_the_tables_itself(tmp_path: Path) -> None:
    path = written(tmp_path, "{{p 正文 }}", "{%p for 行 in 表格[0].行 %}", "{{ 行[0] }}：{{ 行[2] }}", "{%p endfor %}")
    assert faults_of(path, KIND) == []
    assert "1：村集体资产台账不清" in told(render("warning", sample(KIND), "docx", Press(home=tmp_path)).content)


@pytest.mark.parametrize(
    ("paragraphs", "said"),
    [
        (("{{p 正文 }}", "编号 {{ 文好 }}"), "第 2 段“编号 {{ 文好 }}”：没有“文好”这一栏"),
        (("{{p 正文 }}", "{{ 文号"), "第 2 段“{{ 文号”：写法有误"),
        (("{{p 正文 }}", "{{ 文号 | }}"), "第 2 段“{{ 文号 | }}”：写法有误"),
        (("{{p 正文 }}", "{%p if 主送 %}", "致 {{ 主送 }}"), "写法有误"),
        (("{{ 标题 }}",), "模板里没有 {{p 正文 }}"),
        (("正文：{{ 正文 }}",), "“正文”是整段，要单独一段，写作 {{p 正文 }}"),
        (("{{p 正文 }}", "{{ 标题.__class__.__mro__ }}"), "不许用的写法"),
        (("{{p 正文 }}", "{{ range(9) }}"), "没有“range”这一栏"),
        (("{{p 正文 }}", "{{ '九' * 1000000000 }}"), "不许用的写法"),
        (("{{p 正文 }}", "{{ 9 ** 999999999 }}"), "不许用的写法"),
        (("{{p 正文 }}", "{{ '%999999999d' % 9 }}"), "不许用的写法"),
        (("{{p 正文 }}", "{{ 标题.center(999999999) }}"), "不许用的写法"),
        (("{{p 正文 }}", "{{ 标题 | center(999999999) }}"), "写法有误"),
        (("{{p 正文 }}", "{{ 标题 | safe }}"), "写法有误"),
        (("{{p 正文 }}", "{{ 1 / 0 }}"), "写法有误"),
        (("{{p 正文 }}", "{{ 标题 | 大写 }}"), "写法有误"),
    ],
)
def test_what_is_wrong_is_said_with_where(tmp_path: Path, paragraphs: tuple[str, ...], said: str) -> None:
    found = faults_of(written(tmp_path, *paragraphs), KIND)
    assert [one for one in found if said in one], found


def test_what_is_no_word_file_is_said(tmp_path: Path) -> None:
    path = written(tmp_path, "{{p 正文 }}")
    path.write_bytes("不是 Word".encode())
    assert faults_of(path, KIND) == ["warning.docx 不是 Word 文件（.docx）：请用 Word 或 WPS 另存为 .docx"]


def test_what_cannot_be_printed_with_is_said_and_not_unfolded(tmp_path: Path) -> None:
    """One that is no Word file, one whose field is misspelt, one that unfolds without end: where it lies, why, and what to do."""
    path = written(tmp_path, "{{p 正文 }}", "{{ 文好 }}")
    with pytest.raises(Unusable, match=r"papers/warning.docx 用不了：第 2 段.*没有“文好”这一栏"):
        render("warning", sample(KIND), "docx", Press(home=tmp_path))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed, packed.open("word/media/a.bin", "w") as part:
        for _ in range(21):
            part.write(bytes(1_000_000))
    with pytest.raises(Unusable, match="展开后超过 20 MB"):
        render("warning", sample(KIND), "docx", Press(home=tmp_path))
    path.write_bytes(b"PK")
    with pytest.raises(Unusable, match="不是 Word 文件"):
        render("warning", sample(KIND), "docx", Press(home=tmp_path))


def test_the_folder_of_templates_is_the_homes_own(tmp_path: Path) -> None:
    """A home that holds templates is not taken for somebody else's folder: it is closed to others like the rest of it."""
    written(tmp_path, "{{p 正文 }}")
    for folder in (tmp_path, tmp_path / OWN):
        folder.chmod(0o755)
    tighten(tmp_path, None)
    assert wide_open(tmp_path, None) == []


def test_loops_within_loops_come_to_an_end(tmp_path: Path) -> None:
    """Four loops over the lines of a title would turn for years: it is said, and nothing is made."""
    within = "".join(f"{{% for a{n} in 机关 %}}" for n in range(6))
    path = written(tmp_path, "{{p 正文 }}", f"{within}{{{{ a5 }}}}{'{% endfor %}' * 6}")
    assert any("循环套得太多" in fault for fault in faults_of(path, KIND))
