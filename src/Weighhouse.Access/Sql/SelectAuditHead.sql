SELECT entry_no, hash FROM access_audit ORDER BY entry_no DESC LIMIT 1
