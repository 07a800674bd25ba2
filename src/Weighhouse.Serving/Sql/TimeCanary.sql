UPDATE serving_canaries SET slow_us = @slow_us WHERE canary_no = @canary_no AND slow_us IS NULL
