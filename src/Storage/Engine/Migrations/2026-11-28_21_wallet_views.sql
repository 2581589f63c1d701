-- What lists of wallets show of each, as the wallet itself does: its limits, its slice of a parent's money and why it is frozen. The journal has
-- them, from which this start writes the table anew.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM information_schema.columns
                   WHERE table_schema = current_schema() AND table_name = 'wallet' AND column_name = 'slice') THEN
        ALTER TABLE wallet ADD COLUMN limits jsonb, ADD COLUMN slice bigint NOT NULL DEFAULT 0, ADD COLUMN frozen_reason text;
        INSERT INTO rebuild_due (reason) SELECT 'wallet limits' WHERE EXISTS (SELECT FROM journal) ON CONFLICT DO NOTHING;
    END IF;
END $$;

-- Whether a reference of a wallet stands already: imports ask for each of their rows. Charges without a reference pay nothing for it.
CREATE INDEX IF NOT EXISTS wallet_transaction_by_reference ON wallet_transaction (org_id, wallet_id, reference) WHERE reference IS NOT NULL;

-- What an import that has ended answered, for whoever sends it again.
ALTER TABLE wallet_import ADD COLUMN IF NOT EXISTS report text;
