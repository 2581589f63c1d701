-- The same in one round trip. Applications rarely do this; it shows how much time the round trips take.
\set id random(1, :wallets)
WITH charged AS (
    UPDATE wallet SET balance = balance - 1, sequence = sequence + 1 WHERE id = :id AND balance >= 1 RETURNING id, balance, sequence)
INSERT INTO entry (wallet_id, sequence, amount, balance_after, reason) SELECT id, sequence, 1, balance, 'bench' FROM charged;
