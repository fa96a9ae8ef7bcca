"""Names: plausible and neutral, of nobody and nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = (
    "建国", "志强", "海燕", "丽娟", "敏", "静", "伟", "芳", "军", "立", "强", "红", "勇", "艳", "杰", "娟", "涛",
    "明", "超", "霞", "平", "刚", "玲", "辉", "鹏", "华", "丹", "萍", "鑫", "波", "斌", "宇", "浩", "凯", "健",
    "俊", "磊", "慧", "莉", "琴", "春梅", "秀英", "桂兰", "玉梅", "建军", "志明", "国强", "永刚", "晓东", "小红",
    "文静", "雪梅", "海涛", "金凤", "卫东", "新民", "长江", "广平", "爱华", "向阳", "保国", "庆华", "根生", "水生",
    "书文",
)  # fmt: skip
TOWNS = ("南岭镇党委", "北桥镇党委", "柳河镇党委", "槐树镇党委", "石门镇党委", "黄岗镇党委", "青山乡党委")
STREETS = ("城关街道党工委", "河东街道党工委", "西园街道党工委", "新城街道党工委")
BUREAUS = (
    "发展和改革委员会", "教育体育局", "科技和工业信息化局", "公安局", "民政局", "司法局", "财政局",
    "人力资源和社会保障局", "自然资源局", "住房和城乡建设局", "交通运输局", "水利局", "农业农村局", "商务局",
    "文化广电和旅游局", "卫生健康委员会", "退役军人事务局", "应急管理局", "审计局", "市场监督管理局", "统计局",
    "医疗保障局", "城市管理局", "乡村振兴局", "信访局", "机关事务服务中心", "供销合作社联合社", "档案馆",
    "融媒体中心", "政务服务和大数据管理局", "林业发展中心", "残疾人联合会", "总工会", "妇女联合会", "科学技术协会",
    "红十字会", "气象局", "公路事业发展中心", "住房保障服务中心", "文化产业发展中心",
)  # fmt: skip
COMPANIES = (
    "城市建设投资公司", "水务公司", "公共交通公司", "粮食购销公司", "文化旅游投资公司", "供热公司",
    "国有资产运营公司", "农业发展投资公司", "环境卫生服务公司",
)  # fmt: skip
SCHOOLS = (
    "第一高级中学", "第二高级中学", "职业教育中心", "实验中学", "第一初级中学", "第二初级中学", "第三初级中学",
    "实验小学", "第一小学", "第二小学", "特殊教育学校", "教师进修学校",
)  # fmt: skip
_SIDES = ("", "东", "西", "南", "北", "前", "后", "大", "小", "上", "下")
_ENDS = ("庄", "村", "营", "楼", "桥", "坡", "湾", "沟", "寨", "店", "堡", "洼")


def person_names(dice: Random) -> Iterator[str]:
    """Yield names of people, none twice."""
    pairs = [surname + given for surname, given in product(SURNAMES, GIVEN)]
    dice.shuffle(pairs)
    return iter(pairs)


def village_names(dice: Random) -> Iterator[str]:
    """Yield names of villages, none twice."""
    names = [f"{side}{surname}{end}" for side, surname, end in product(_SIDES, SURNAMES, _ENDS)]
    dice.shuffle(names)
    return (f"{name}村党支部" if not name.endswith("村") else f"{name}党支部" for name in names)


def city_names(kind: str) -> Iterator[str]:
    """Yield the names of the units of a kind."""
    return iter({
        "town": TOWNS, "street": STREETS, "bureau": [f"市{name}党组" for name in BUREAUS],
        "company": [f"市{name}党委" for name in COMPANIES], "school": [f"市{name}党总支" for name in SCHOOLS],
    }[kind])  # fmt: skip


def chinese_number(number: int) -> str:
    """Return 1 to 99 in Chinese: 十五."""
    digits = "〇一二三四五六七八九"
    tens, ones = divmod(number, 10)
    if not tens:
        return digits[ones]
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")
