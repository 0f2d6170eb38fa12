"""A seminar whose staff ask questions, and whose members answer them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.domain.questions import Kind, TypedQuestion
from bot.domain.registering import Wish
from bot.services.answering import save_answers
from bot.services.questions import save_question
from bot.services.registering import Press, register
from bot.storage.engine import Transaction
from bot.storage.questions import list_questions
from tests.factories import NOW
from tests.integration.rows import add_seminar, add_workspace

FOOD = TypedQuestion("What do you eat?", Kind.ONE, "Everything\nNo meat", is_required=True)
WISHES = TypedQuestion("What should the talk cover?", Kind.TEXT)
DAYS = TypedQuestion("When can you stay?", Kind.SOME, "Lunch\nDinner\nBoth days")
OVER = NOW + timedelta(days=30)


@dataclass
class QuestionStage:
    """One seminar of a workspace."""

    transaction: Transaction
    workspace_id: int
    seminar_id: int

    def who(self, **changed: Any) -> dict[str, Any]:
        return {"workspace_id": self.workspace_id, "actor": "U0ANA", "now": NOW} | changed

    def ask(self, *typed: TypedQuestion, **changed: Any) -> list[Any]:
        with self.transaction() as session:
            return [
                save_question(session, self.seminar_id, None, one, seen="", **self.who(**changed))
                for one in typed
            ]

    def texts(self) -> list[str]:
        with self.transaction() as session:
            return [one.text for one in list_questions(session, self.seminar_id)]

    def ids(self) -> list[int]:
        with self.transaction() as session:
            return [one.id for one in list_questions(session, self.seminar_id)]

    def press(self, user_id: str, wish: Wish = Wish.REGISTER) -> None:
        with self.transaction() as session:
            press = Press(self.workspace_id, self.seminar_id, user_id, wish)
            register(session, [press], clock=lambda: NOW)

    def answer(self, user_id: str, *values: str | list[str], now: Any = NOW) -> Any:
        with self.transaction() as session:
            keys = [one.key for one in list_questions(session, self.seminar_id)]
            return self.submit(session, user_id, dict(zip(keys, values, strict=True)), now=now)

    def submit(self, session: Session, user_id: str, values: Mapping[str, Any], now: Any = NOW) -> Any:
        return save_answers(
            session, self.seminar_id, user_id, values, workspace_id=self.workspace_id, now=now
        )


def open_stage(transaction: Transaction) -> QuestionStage:
    """Add a workspace and a seminar that asks nothing yet."""
    with transaction() as session:
        workspace_id = add_workspace(session)
        return QuestionStage(transaction, workspace_id, add_seminar(session, workspace_id).id)
