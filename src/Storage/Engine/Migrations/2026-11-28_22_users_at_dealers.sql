-- Who holds a role at a dealer, for the lists of those who see some dealers alone. An id of a dealer is unique in the platform.
CREATE INDEX IF NOT EXISTS user_account_by_dealer ON user_account USING gin ((grants::jsonb) jsonb_path_ops);
