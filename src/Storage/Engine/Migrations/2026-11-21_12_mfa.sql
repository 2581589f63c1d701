-- Whether a user has a second factor; nobody had one before. What it is stands sealed in table secret (purpose totp:<id of the seed>).
ALTER TABLE user_account ADD COLUMN IF NOT EXISTS mfa_enabled boolean NOT NULL DEFAULT false;
