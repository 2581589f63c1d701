-- Status, profile and roles of users. Defaults are those of users who registered before there was more than one of each.
ALTER TABLE user_account
    ADD COLUMN IF NOT EXISTS status         smallint NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS email_verified boolean  NOT NULL DEFAULT false,
    ADD COLUMN IF NOT EXISTS parent_id      uuid,
    ADD COLUMN IF NOT EXISTS profile        json     NOT NULL DEFAULT '{}',
    ADD COLUMN IF NOT EXISTS grants         json     NOT NULL DEFAULT '[]';
CREATE INDEX IF NOT EXISTS user_account_by_parent ON user_account (org_id, parent_id, user_id) WHERE parent_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS user_account_by_email ON user_account (org_id, email text_pattern_ops);
