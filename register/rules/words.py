"""What must hold of dictionaries, of the words of ledgers and of topics before an entry is made."""

from __future__ import annotations

from typing import Final

from register.rules.guarding import guard
from register.wanted import Standing
from register.wording import dictionaries_there, newest_of, newest_version
from storage.dictionary import ASPECT, SECTIONS, TOPIC, faults_in, read_written
from storage.reads.dictionaries import topic_case
from storage.unit_kinds import unit_kinds
from storage.visible import is_visible

LONGEST_TOPIC: Final = 60


@guard("entries")
def entries_sound(one: Standing) -> str | None:
    """Every entry has words and a code of its own; what limits it or stands above it is there."""
    sorts = unit_kinds(one.driver, one.jurisdiction).names
    return next((fault.sentence for fault in faults_in(read_written(one.said["entries"]), sorts)), None)


@guard("was")
def newest_as_it_was(one: Standing) -> str | None:
    """What was changed on the sight of one version does not follow another."""
    newest = newest_version(one)
    if one.said.get("was", newest) == newest:
        return None
    return f"“{one.said['name']}”已有第 {newest} 版，请按新的一版修改"


@guard("entries")
def says_something_new(one: Standing) -> str | None:
    """A version says something else than the one before."""
    newest = newest_of(one)
    return "与现在的一版一样，不用录入" if newest and newest.entries == read_written(one.said["entries"]) else None


@guard("code")
def aspect_known(one: Standing) -> str | None:
    """A word of ledgers means an aspect or a topic that the dictionary has; what was told of one is not changed to the other."""
    newest, code = newest_of(one), one.after.get("code")
    if newest is None:
        return f"没有问题分类“{one.after.get('dictionary')}”"
    was = dictionaries_there(one).section(newest.name, one.before["code"]) if one.before else ""
    sections = (was,) if was else (ASPECT, TOPIC)
    there = [entry.code for section in sections for entry in newest.of(section)]
    what = "或".join(SECTIONS[section] for section in sections)
    return None if code in there else f"“{newest.name}”没有代码为“{code}”的{what}，可用：{'、'.join(there)}"


@guard("word")
def word_told_once(one: Standing) -> str | None:
    """What a word means in a dictionary is told once, among the aspects and among the topics, and then changed."""
    there = dictionaries_there(one)
    section = there.section(one.said["dictionary"], one.said["code"])
    known = (one.said["dictionary"], section, one.said["word"]) in there.wordings
    return f"“{one.said['word']}”指哪一项已经指定过，请变更" if known else None


@guard("topic")
def topic_seen(one: Standing) -> str | None:
    """A topic has signs that are drawn, and is short."""
    topic = one.said["topic"]
    return None if is_visible(topic) and len(topic) <= LONGEST_TOPIC else f"专题不能为空，不超过 {LONGEST_TOPIC} 个字"


@guard("topic")
def topic_marked_once(one: Standing) -> str | None:
    """The case is there, and not of the topic already."""
    there, marked = topic_case(one.driver, one.jurisdiction, one.said["case_id"], one.said["topic"])
    if not there:
        return "没有这个问题，或不在本地"
    return "这个问题已标注该专题" if marked else None


@guard()
def topic_stands(one: Standing) -> str | None:
    """The mark has not been taken back."""
    return "这个标注已经撤销" if one.before["gone"] else None
