"""What names of columns and words of states say, in Russian and English."""

import re
from typing import Literal

Outcome = Literal["won", "lost", "void"]

_NAMES: dict[str, str] = {
    "case": r"\bid\b|^№|номер|\bguid\b|\buuid\b|\bкод\b|ключ|\bnumber\b|\bno\b|\bkey\b|\bref\b|идентификатор",
    "case_thing": r"сделк|заявк|лид|обращен|заказ|звон|deal|lead|ticket|order|call|case|request|application|инцидент"
    r"|договор|contract|opportunit|visit|визит|inquiry",
    "activity": r"этап|стади|статус|событи|действи|состояни|результат|активност|операци|activity|event|stage|status"
    r"|\bstate\b|\bstep\b|outcome|result|\baction\b|disposition",
    "time": r"дата|время|\bdate\b|\btime\b|timestamp|\bat$|\bts\b|когда|момент|created",
    "created": r"созда|поступ|получ|начал|открыт|регистрац|обращени|created?|received?|start|open|contact|entry|begin"
    r"|arriv|first|submitted|приём|прием|звонка|заявки|заказа",
    "changed": r"измен|обновл|редакт|modif|update|changed|last activity|последн",
    "closed": r"закрыт|заверш|конец|окончан|close|finish|\bend|complet|won|lost|resolved",
    "planned": r"план|ожида|предполаг|срок|дедлайн|deadline|plan|expected|due|estimat|check ?in|check ?out|следующ"
    r"|next|напомин|remind|до какого|valid until|действ.* до",
    "birthday": r"рожден|birth|\bdob\b",
    "exported": r"выгруз|export|снимок|snapshot|отч[её]т.*(дат|на)|as of",
    "manager": r"ответствен|менедж|сотрудник|оператор|исполнит|продав|администратор|мастер|автор|manager|owner"
    r"|assign|agent|responsible|operator|sales ?rep|\brep\b|resource|\bhost\b|server|employee|handled by|\bsr\b"
    r"|user|пользовател|кто принял|специалист",
    "source": r"источник|utm source|\bsource\b|origin|откуда|referr?er|реклам|кампани|campaign",
    "channel": r"канал|channel|medium",
    "branch": r"филиал|салон|магазин|точка|офис|город|подразделен|branch|store|office|\bcity\b|shop|склад|регион|отдел",
    "amount": r"сумм|бюджет|стоимост|выручк|\bцена|оплачено|amount|budget|price|revenue|\bsum\b|total|\bvalue\b"
    r"|opportunity|платеж|чек",
    "client": r"клиент|контакт|покупател|контрагент|заказчик|пациент|гость|\bфио\b|client|customer|contact|guest|buyer"
    r"|patient|company|компани|\bимя\b|фамили",
    "phone": r"телефон|тел\b|моб|phone|mobile|кто звонил|номер (клиента|абонента|звонящего)|caller",
    "email": r"mail|почт",
    "loss_reason": r"причин|reason",
    "product": r"товар|услуг|продукт|номенклатур|product|service type|\bitem\b|listing|тариф|вид работ",
    "stage": r"этап|стади|воронк|stage|pipeline|funnel",
    "call": r"звон|\bcalls?\b|абонент|длительн|duration|\btalk|разговор|дозвон|caller|callee|caller id|\bcdr\b",
    "personal": r"адрес|address|паспорт|passport|\bинн\b|\bснилс\b|рожден|birth|\bфио\b|\bник\b"
    r"|telegram|whatsapp|skype",
    "free": r"назван|наименован|\bname\b|\btitle\b|коммент|примеч|описан|comment|\bnote|descript"
    r"|текст|тема\b|subject|ссылк|\burl\b|link|сообщен|тег|tag",
}
_COMPILED = {role: re.compile(pattern) for role, pattern in _NAMES.items()}

_OUTCOMES: tuple[tuple[Outcome, str], ...] = (
    ("void", r"спам|дубл|тест\b|ошибоч|не ?заявк|не ?целев|spam|duplicate|\btest\b|junk|phantom|wrong number"),
    (
        "lost",
        r"не реализ|нереализ|отказ|отклон|отмен|провал|проигр|потер|неуспе|не успе|ушл?[ие]\b|не купил|сорвал|возврат"
        r"|пропущ|не отвеч|неотвеч|не принят|брошен|недозвон|не ?оплачен|lost|declin|cancel|reject|refus|fail|unsuccess"
        r"|abandon|hang|missed|no ?answer|unanswered|withdrawn|denied|dropped|expired|churn|busy|занят|закрыт и не",
    ),
    (
        "won",
        r"успеш|реализован|выигр|оплач|оплат[аы] получ|^оплата$|продан|продаж[аи] заверш|куплен|выдан|отгруж|доставлен"
        r"|состоял|подписан|принят\b|отвечен|разговор|won\b|success|paid|sold|purchas|booked|booking|signed|activated"
        r"|delivered|fulfilled|deal$|answered|\bagent\b|converted|договор заключ|сделка$|completed|выполнен|исполнен",
    ),
)
_OUTCOMES_COMPILED = tuple((outcome, re.compile(pattern)) for outcome, pattern in _OUTCOMES)

_STAGE_ORDER = tuple(
    re.compile(pattern)
    for pattern in (
        r"неразобр|нов[аыо]|поступ|первич|входящ|\bnew\b|incoming|unsorted|received|submitted|open",
        r"взят|в работ|обработ|назнач|распредел|assigned|in progress|working|preparation",
        r"контакт|дозвон|связал|contact|reached|connected",
        r"квалиф|потребн|выявл|qualif|need",
        r"замер|встреч|визит|презент|показ|демо|visit|meeting|demo|appointment",
        r"расч[её]т|смет|estimate|calc",
        r"\bкп\b|предложен|коммерч|quote|proposal|offer",
        r"перегов|дума|принима|решени|negotiat|decision|thinking",
        r"согласов|договор|contract|approval",
        r"сч[её]т|предоплат|ожида.*оплат|invoice|prepay|awaiting payment",
        r"производ|сборк|исполнен|доставк|монтаж|production|delivery|executing",
    )
)
"""Words of stages in the order in which sales usually go; only a hint where nothing else tells."""


def plain(name: str) -> str:
    """A name of a column as words: `firstContact_at` -> `first contact at`."""
    spaced = re.sub(r"(?<=[a-zа-яё0-9])(?=[A-ZА-ЯЁ])", " ", name)
    return re.sub(r"[_\-.:/\s]+", " ", spaced).casefold().strip()


def is_called(role: str, name: str) -> bool:
    """Whether the name of a column speaks of a role."""
    return _COMPILED[role].search(plain(name)) is not None


def outcome_of(state: str) -> Outcome | None:
    """What the word of a state says of how a case ended; None where it says nothing."""
    words = plain(state)
    return next((outcome for outcome, pattern in _OUTCOMES_COMPILED if pattern.search(words)), None)


def stage_rank(state: str) -> int | None:
    """Where sales usually have a stage called so; None where the word is not known."""
    words = plain(state)
    return next((rank for rank, pattern in enumerate(_STAGE_ORDER) if pattern.search(words)), None)


def is_cyrillic(text: str) -> bool:
    """Whether most letters are Russian."""
    letters = [letter for letter in text.casefold() if letter.isalpha()]
    return sum("а" <= letter <= "я" or letter == "ё" for letter in letters) * 2 > len(letters)
