-- Users of every organisation, for who helps them: by id, by the beginning of an address or a name, and the newest first.
CREATE INDEX IF NOT EXISTS user_account_of_all_by_id ON user_account (user_id);
CREATE INDEX IF NOT EXISTS user_account_of_all_by_email ON user_account (email text_pattern_ops);
CREATE INDEX IF NOT EXISTS user_account_of_all_by_name ON user_account (lower(display_name) text_pattern_ops);
CREATE INDEX IF NOT EXISTS user_account_of_all_by_time ON user_account (created_at, user_id);
