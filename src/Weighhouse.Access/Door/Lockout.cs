using System.Collections.Concurrent;

namespace Weighhouse.Access.Door;

/// <summary>Counts wrong passwords by user name and by address, and closes the door to either for a while.</summary>
internal sealed class Lockout(AccessOptions options, TimeProvider time)
{
    private const int EntriesMax = 100_000;

    private readonly ConcurrentDictionary<string, Failures> _failures = new(StringComparer.Ordinal);

    /// <summary>How long until the door opens again; null when it is open.</summary>
    public TimeSpan? ClosedFor(string user, string address) => ClosedFor("user " + user) ?? ClosedFor("address " + address);

    public void Failed(string user, string address)
    {
        Add("user " + user);
        Add("address " + address);
    }

    public void Succeeded(string user) => _failures.TryRemove("user " + user, out _);

    private TimeSpan? ClosedFor(string key)
    {
        if (!_failures.TryGetValue(key, out var failures)) return null;
        var left = options.LockOutTime - time.GetElapsedTime(failures.Since);
        if (left <= TimeSpan.Zero)
        {
            _failures.TryRemove(key, out _);
            return null;
        }

        return failures.Count >= options.FailuresMax ? left : null;
    }

    private void Add(string key)
    {
        if (_failures.Count >= EntriesMax) _failures.Clear();
        var now = time.GetTimestamp();
        _failures.AddOrUpdate(
            key,
            static (_, now) => new Failures(1, now),
            static (_, failures, now) => new Failures(failures.Count + 1, now),
            now);
    }

    private readonly record struct Failures(int Count, long Since);
}
