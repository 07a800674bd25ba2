namespace Weighhouse.Access.Door;

/// <summary>
/// Counts wrong passwords by user name and by address, and closes the door to either for a while. An address from which a user has
/// signed in before is counted apart for that user: strangers elsewhere cannot lock people out of their own places.
/// </summary>
internal sealed class Lockout(AccessOptions options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Failures> _failures = new(StringComparer.Ordinal);
    private readonly HashSet<string> _familiar = new(StringComparer.Ordinal);

    /// <summary>How long until the door opens again; null when it is open.</summary>
    public TimeSpan? ClosedFor(string user, string address)
    {
        lock (_lock) return ClosedFor(UserKey(user, address), options.FailuresMax) ?? ClosedFor(address, options.AddressFailuresMax);
    }

    /// <summary>True when this failure closed the door.</summary>
    public bool Failed(string user, string address)
    {
        lock (_lock)
        {
            var byUser = Add(UserKey(user, address), options.FailuresMax);
            var byAddress = Add(address, options.AddressFailuresMax);
            return byUser || byAddress;
        }
    }

    public void Succeeded(string user, string address)
    {
        lock (_lock)
        {
            _failures.Remove(UserKey(user, address));
            // Forgetting who is familiar only means counting them with the strangers again.
            if (_familiar.Count >= options.FailureRecordsMax) _familiar.Clear();
            _familiar.Add(PairOf(user, address));
        }
    }

    /// <summary>A space stands in no user name and in no address, so that no two keys are alike.</summary>
    private static string PairOf(string user, string address) => $"{user} {address}";

    private string UserKey(string user, string address) => _familiar.Contains(PairOf(user, address)) ? PairOf(user, address) : user + " ";

    private TimeSpan? ClosedFor(string key, int failuresMax)
    {
        if (!_failures.TryGetValue(key, out var failures)) return null;
        var left = options.LockOutTime - time.GetElapsedTime(failures.Since);
        if (left > TimeSpan.Zero) return failures.Count >= failuresMax ? left : null;
        _failures.Remove(key);
        return null;
    }

    /// <summary>
    /// The window begins with the first failure; while the door is open it does not move, so that a slip every quarter of an hour never
    /// adds up. The failure that closes the door begins the time it stays closed.
    /// </summary>
    private bool Add(string key, int failuresMax)
    {
        var now = time.GetTimestamp();
        if (!_failures.TryGetValue(key, out var failures) || time.GetElapsedTime(failures.Since) >= options.LockOutTime)
        {
            if (_failures.Count >= options.FailureRecordsMax) MakeRoom();
            failures = new Failures(0, now);
        }

        var count = failures.Count + 1;
        _failures[key] = new Failures(count, count == failuresMax ? now : failures.Since);
        return count == failuresMax;
    }

    /// <summary>Takes out the older half of those whose door is open: seldom enough to sort for.</summary>
    private void MakeRoom()
    {
        var leastMissed = _failures.OrderBy(pair => pair.Value.Count >= options.FailuresMax).ThenBy(pair => pair.Value.Since)
            .Take(options.FailureRecordsMax / 2 + 1).Select(pair => pair.Key).ToList();
        foreach (var key in leastMissed) _failures.Remove(key);
    }

    private readonly record struct Failures(int Count, long Since);
}
