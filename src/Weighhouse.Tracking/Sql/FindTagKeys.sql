-- Steps from key to key along an index: ten keys cost eleven looks, however many runs have them.
WITH RECURSIVE steps (key_no) AS (
    SELECT MIN(f.key_no) FROM tracking_tags f WHERE f.experiment_no = @experiment_no
    UNION ALL
    SELECT (SELECT MIN(n.key_no) FROM tracking_tags n WHERE n.experiment_no = @experiment_no AND n.key_no > s.key_no)
    FROM steps s WHERE s.key_no IS NOT NULL
)
SELECT k.key FROM steps s JOIN tracking_keys k ON k.key_no = s.key_no
WHERE fold(k.key) LIKE fold(@pattern) ESCAPE '\'
ORDER BY k.key
LIMIT @max
