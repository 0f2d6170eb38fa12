"""first tables."""

import sqlalchemy as sa
from alembic import op

from bot.storage import types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "workspace",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("bot_user_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", types.Instant(timezone=True), nullable=False),
        sa.Column("gone_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace")),
        sa.UniqueConstraint("team_id", name=op.f("uq_workspace_team_id")),
    )
    op.create_table(
        "lane",
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("filled_at", types.Instant(timezone=True), nullable=False),
        sa.Column("paused_until", types.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_lane_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "name", name=op.f("pk_lane")),
    )
    op.create_table(
        "member",
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=True),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("is_deactivated", sa.Boolean(), nullable=False),
        sa.Column("fetched_at", types.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_member_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "user_id", name=op.f("pk_member")),
    )
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.create_index(
            "ix_member_unknown",
            ["workspace_id"],
            unique=False,
            sqlite_where=sa.text("fetched_at IS NULL"),
            postgresql_where=sa.text("fetched_at IS NULL"),
        )

    op.create_table(
        "seminar",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=False),
        sa.Column("bio", sa.Text(), nullable=False),
        sa.Column("starts_local", sa.DateTime(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("starts_at", types.Instant(timezone=True), nullable=False),
        sa.Column("ends_at", types.Instant(timezone=True), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("online_link", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("has_waitlist", sa.Boolean(), nullable=False),
        sa.Column("opens_at", types.Instant(timezone=True), nullable=True),
        sa.Column("closes_at", types.Instant(timezone=True), nullable=True),
        sa.Column("closed_at", types.Instant(timezone=True), nullable=True),
        sa.Column("cancelled_at", types.Instant(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=False),
        sa.Column("reminder_minutes", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=False),
        sa.Column("created_at", types.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_seminar_capacity_is_positive")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_seminar_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_seminar_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seminar")),
    )
    with op.batch_alter_table("seminar", schema=None) as batch_op:
        batch_op.create_index("ix_seminar_workspace_id_ends_at", ["workspace_id", "ends_at"], unique=False)

    op.create_table(
        "announcement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seminar_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel_id", sa.String(length=32), nullable=False),
        sa.Column("message_ts", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["seminar_id"], ["seminar.id"], name=op.f("fk_announcement_seminar_id_seminar")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
        sa.UniqueConstraint("seminar_id", "channel_id", name=op.f("uq_announcement_seminar_id_channel_id")),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("lane", sa.String(length=32), nullable=False),
        sa.Column("target", sa.String(length=32), nullable=False),
        sa.Column("seminar_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("rank_at", types.Instant(timezone=True), nullable=False),
        sa.Column("due_at", types.Instant(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("doubts", sa.Integer(), nullable=False),
        sa.Column("leased_by", sa.String(length=64), nullable=True),
        sa.Column("leased_until", types.Instant(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("sent_channel", sa.String(length=32), nullable=True),
        sa.Column("sent_ts", sa.String(length=32), nullable=True),
        sa.Column("created_at", types.Instant(timezone=True), nullable=False),
        sa.Column("settled_at", types.Instant(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'sending') = (leased_until IS NOT NULL)", name=op.f("ck_delivery_sending_has_a_lease")
        ),
        sa.CheckConstraint(
            "state IN ('due', 'sending', 'done', 'dropped', 'refused', 'unknown')",
            name=op.f("ck_delivery_state_is_known"),
        ),
        sa.CheckConstraint("done <= wanted", name=op.f("ck_delivery_done_is_not_ahead")),
        sa.ForeignKeyConstraint(["seminar_id"], ["seminar.id"], name=op.f("fk_delivery_seminar_id_seminar")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_delivery_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("key", name=op.f("uq_delivery_key")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(
            "ix_delivery_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("state = 'due'"),
            postgresql_where=sa.text("state = 'due'"),
        )
        batch_op.create_index(
            "ix_delivery_leased",
            ["leased_until"],
            unique=False,
            sqlite_where=sa.text("state = 'sending'"),
            postgresql_where=sa.text("state = 'sending'"),
        )
        batch_op.create_index(
            "ix_delivery_open",
            ["workspace_id", "lane", "priority", "rank_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'due'"),
            postgresql_where=sa.text("state = 'due'"),
        )
        batch_op.create_index(
            "ix_delivery_trouble",
            ["seminar_id"],
            unique=False,
            sqlite_where=sa.text("state IN ('refused', 'unknown')"),
            postgresql_where=sa.text("state IN ('refused', 'unknown')"),
        )

    op.create_table(
        "draft",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("seminar_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["seminar_id"], ["seminar.id"], name=op.f("fk_draft_seminar_id_seminar")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_draft_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
    )
    op.create_table(
        "moment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seminar_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("due_at", types.Instant(timezone=True), nullable=False),
        sa.Column("starts_at", types.Instant(timezone=True), nullable=False),
        sa.Column("offset_minutes", sa.Integer(), nullable=True),
        sa.Column("done_at", types.Instant(timezone=True), nullable=True),
        sa.Column("skipped", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["seminar_id"], ["seminar.id"], name=op.f("fk_moment_seminar_id_seminar")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moment")),
        sa.UniqueConstraint("seminar_id", "kind", "due_at", name=op.f("uq_moment_seminar_id_kind_due_at")),
    )
    with op.batch_alter_table("moment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_moment_ahead",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )

    op.create_table(
        "registration",
        sa.Column("seminar_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("line_key", sa.Integer(), nullable=True),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("changed_at", types.Instant(timezone=True), nullable=False),
        sa.Column("confirmed_at", types.Instant(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'waitlisted') = (line_key IS NOT NULL)",
            name=op.f("ck_registration_waiters_are_in_line"),
        ),
        sa.CheckConstraint(
            "state IN ('seated', 'offered', 'waitlisted', 'released')",
            name=op.f("ck_registration_state_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["seminar_id"], ["seminar.id"], name=op.f("fk_registration_seminar_id_seminar")
        ),
        sa.PrimaryKeyConstraint("seminar_id", "user_id", name=op.f("pk_registration")),
        sa.UniqueConstraint("seminar_id", "line_key", name=op.f("uq_registration_seminar_id_line_key")),
    )
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.create_index("ix_registration_seminar_id_state", ["seminar_id", "state"], unique=False)
        batch_op.create_index("ix_registration_user_id", ["user_id"], unique=False)

    op.create_table(
        "seat_change",
        sa.Column("seminar_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("before", sa.String(length=16), nullable=True),
        sa.Column("after", sa.String(length=16), nullable=False),
        sa.Column("line_key", sa.Integer(), nullable=True),
        sa.Column("cause", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=32), nullable=True),
        sa.Column("because_of", sa.Integer(), nullable=True),
        sa.Column("at", types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["seminar_id", "because_of"],
            ["seat_change.seminar_id", "seat_change.number"],
            name=op.f("fk_seat_change_seminar_id_because_of_seat_change"),
        ),
        sa.ForeignKeyConstraint(
            ["seminar_id"], ["seminar.id"], name=op.f("fk_seat_change_seminar_id_seminar")
        ),
        sa.PrimaryKeyConstraint("seminar_id", "number", name=op.f("pk_seat_change")),
    )
    op.create_table(
        "speaker",
        sa.Column("seminar_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("affiliation", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["seminar_id"], ["seminar.id"], name=op.f("fk_speaker_seminar_id_seminar")),
        sa.PrimaryKeyConstraint("seminar_id", "position", name=op.f("pk_speaker")),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("speaker")
    op.drop_table("seat_change")
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.drop_index("ix_registration_user_id")
        batch_op.drop_index("ix_registration_seminar_id_state")

    op.drop_table("registration")
    with op.batch_alter_table("moment", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_moment_ahead",
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )

    op.drop_table("moment")
    op.drop_table("draft")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_delivery_trouble",
            sqlite_where=sa.text("state IN ('refused', 'unknown')"),
            postgresql_where=sa.text("state IN ('refused', 'unknown')"),
        )
        batch_op.drop_index(
            "ix_delivery_open",
            sqlite_where=sa.text("state = 'due'"),
            postgresql_where=sa.text("state = 'due'"),
        )
        batch_op.drop_index(
            "ix_delivery_leased",
            sqlite_where=sa.text("state = 'sending'"),
            postgresql_where=sa.text("state = 'sending'"),
        )
        batch_op.drop_index(
            "ix_delivery_due",
            sqlite_where=sa.text("state = 'due'"),
            postgresql_where=sa.text("state = 'due'"),
        )

    op.drop_table("delivery")
    op.drop_table("announcement")
    with op.batch_alter_table("seminar", schema=None) as batch_op:
        batch_op.drop_index("ix_seminar_workspace_id_ends_at")

    op.drop_table("seminar")
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_member_unknown",
            sqlite_where=sa.text("fetched_at IS NULL"),
            postgresql_where=sa.text("fetched_at IS NULL"),
        )

    op.drop_table("member")
    op.drop_table("lane")
    op.drop_table("workspace")
