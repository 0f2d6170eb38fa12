"""what staff and members need."""

import sqlalchemy as sa
from alembic import op

from bot.storage import types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "preference",
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("is_muted", sa.Boolean(), nullable=False),
        sa.Column("reminder_minutes", sa.JSON(), nullable=False),
        sa.Column("quiet_from", sa.String(length=5), nullable=True),
        sa.Column("quiet_until", sa.String(length=5), nullable=True),
        sa.Column("follows", sa.JSON(), nullable=False),
        sa.Column("feed_key", sa.String(length=64), nullable=True),
        sa.Column("asked_at", types.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_preference_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "user_id", name=op.f("pk_preference")),
        sa.UniqueConstraint("feed_key", name=op.f("uq_preference_feed_key")),
    )
    op.create_table(
        "series",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=False),
        sa.Column("created_at", types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_series_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
    )
    op.create_table(
        "staff_grant",
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("granted_by", sa.String(length=32), nullable=False),
        sa.Column("granted_at", types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_staff_grant_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "reference", name=op.f("pk_staff_grant")),
    )
    op.create_table(
        "feedback",
        sa.Column("seminar_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("at", types.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_feedback_score_is_1_to_5")),
        sa.ForeignKeyConstraint(["seminar_id"], ["seminar.id"], name=op.f("fk_feedback_seminar_id_seminar")),
        sa.PrimaryKeyConstraint("seminar_id", "user_id", name=op.f("pk_feedback")),
    )
    op.create_table(
        "host",
        sa.Column("seminar_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["seminar_id"], ["seminar.id"], name=op.f("fk_host_seminar_id_seminar")),
        sa.PrimaryKeyConstraint("seminar_id", "user_id", name=op.f("pk_host")),
    )
    op.create_table(
        "question",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seminar_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('text', 'one', 'some')", name=op.f("ck_question_kind_is_known")),
        sa.ForeignKeyConstraint(["seminar_id"], ["seminar.id"], name=op.f("fk_question_seminar_id_seminar")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
    )
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.create_index("ix_question_seminar_id", ["seminar_id"], unique=False)

    op.create_table(
        "seminar_change",
        sa.Column("seminar_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=32), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("at", types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["seminar_id"], ["seminar.id"], name=op.f("fk_seminar_change_seminar_id_seminar")
        ),
        sa.PrimaryKeyConstraint("seminar_id", "number", name=op.f("pk_seminar_change")),
    )
    op.create_table(
        "speaker_question",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seminar_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["seminar_id"], ["seminar.id"], name=op.f("fk_speaker_question_seminar_id_seminar")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaker_question")),
    )
    with op.batch_alter_table("speaker_question", schema=None) as batch_op:
        batch_op.create_index("ix_speaker_question_seminar_id", ["seminar_id"], unique=False)

    op.create_table(
        "answer",
        sa.Column("question_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("at", types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_answer_question_id_question")
        ),
        sa.PrimaryKeyConstraint("question_id", "user_id", name=op.f("pk_answer")),
    )
    op.create_table(
        "vote",
        sa.Column("question_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["speaker_question.id"], name=op.f("fk_vote_question_id_speaker_question")
        ),
        sa.PrimaryKeyConstraint("question_id", "user_id", name=op.f("pk_vote")),
    )
    with op.batch_alter_table("announcement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("removed_at", types.Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("is_private", sa.Boolean(), nullable=True))

    op.create_index(
        "ix_announcement_unknown",
        "announcement",
        ["channel_id"],
        unique=False,
        sqlite_where=sa.text("is_private IS NULL"),
        postgresql_where=sa.text("is_private IS NULL"),
    )
    op.create_index(
        "ix_delivery_home",
        "delivery",
        ["workspace_id", "rank_at"],
        unique=False,
        sqlite_where=sa.text("kind = 'home'"),
        postgresql_where=sa.text("kind = 'home'"),
    )

    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.add_column(sa.Column("base", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("base_version", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("hints", sa.JSON(), nullable=True))

    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.add_column(sa.Column("offered_until", types.Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("checked_in_at", types.Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("checked_in_by", sa.String(length=32), nullable=True))
        batch_op.create_index(
            "ix_registration_offered_until",
            ["offered_until"],
            unique=False,
            sqlite_where=sa.text("state = 'offered'"),
            postgresql_where=sa.text("state = 'offered'"),
        )

    with op.batch_alter_table("seat_change", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reason", sa.Text(), nullable=True))

    with op.batch_alter_table("seminar", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("sequence", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("late_minutes", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("line_stopped_at", types.Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("publish_at", types.Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("notice_batch", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("notice_until", types.Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("check_in_word", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("slides_link", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("recording_link", sa.Text(), server_default="", nullable=False))

    # As the engines write it themselves: to add a constraint by itself, SQLite would make the table anew,
    # which the rows that refer to a seminar do not let it.
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    whole = "BIGINT" if is_postgresql else "INTEGER"
    op.execute(
        f"ALTER TABLE seminar ADD COLUMN series_id {whole} "
        "CONSTRAINT fk_seminar_series_id_series REFERENCES series (id)"
    )
    op.execute(
        "ALTER TABLE seminar ADD COLUMN promotion VARCHAR(16) DEFAULT 'automatic' NOT NULL "
        "CONSTRAINT ck_seminar_promotion_is_known CHECK (promotion IN ('automatic', 'ask'))"
    )
    op.create_index("ix_seminar_series_id", "seminar", ["series_id"], unique=False)
    if is_postgresql:  # an INTEGER of SQLite holds 64 bits already
        for table in ("registration", "seat_change"):
            op.alter_column(table, "line_key", type_=sa.BigInteger())
    with op.batch_alter_table("workspace", schema=None) as batch_op:
        batch_op.add_column(sa.Column("default_zone", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("default_reminders", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("default_channels", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("retention_days", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))


def downgrade() -> None:
    """Refuse: what staff and members wrote into these tables would be lost."""
    raise NotImplementedError("Go back with a copy of the database from before this revision.")
