using System.Collections.Concurrent;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Keys;

/// <summary>
/// The numbers of metric, param and tag names. A name keeps its number for ever, so what is cached is never wrong; it is cached only
/// after the commit that made it, so a number that was rolled back is never handed out.
/// </summary>
internal sealed class KeyDictionary(IDatabase database, TrackingOptions options)
{
    private static readonly SqlText FindKey = TrackingSql.Catalog["FindKey"];
    private static readonly SqlText AddKey = TrackingSql.Catalog["AddKey"];
    private static readonly SqlText FindKeyName = TrackingSql.Catalog["FindKeyName"];

    private readonly ConcurrentDictionary<string, long> _numbers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<long, string> _names = new();

    /// <summary>From memory alone; false does not mean that there is no such key.</summary>
    public bool TryNumber(string key, out long number) => _numbers.TryGetValue(key, out number);

    /// <summary>The number of every key, in order, from memory alone.</summary>
    public bool TryNumbers(IReadOnlyList<string> keys, out long[] numbers)
    {
        numbers = new long[keys.Count];
        for (var i = 0; i < numbers.Length; i++)
            if (!_numbers.TryGetValue(keys[i], out numbers[i])) return false;
        return true;
    }

    /// <summary>
    /// The number of every key, in order, making those that are new in a commit of their own. Call it before the unit that writes with
    /// the numbers: a key that nothing uses in the end costs a row and harms nobody.
    /// </summary>
    public async ValueTask<Result<long[]>> GetOrAddAsync(IReadOnlyList<string> keys, CancellationToken cancellation)
    {
        var numbers = new long[keys.Count];
        List<string>? unknown = null;
        for (var i = 0; i < numbers.Length; i++)
            if (!_numbers.TryGetValue(keys[i], out numbers[i])) (unknown ??= []).Add(keys[i]);
        if (unknown is null) return numbers;

        var learned = await LearnAsync(unknown, cancellation);
        if (!learned.TryGet(out var found, out var error)) return error;
        // Not from the cache: it may have been emptied meanwhile.
        for (var i = 0; i < numbers.Length; i++)
            if (numbers[i] == 0) numbers[i] = found[keys[i]];
        return numbers;
    }

    public async ValueTask<Result<long>> GetOrAddAsync(string key, CancellationToken cancellation)
    {
        if (_numbers.TryGetValue(key, out var number)) return number;
        return (await GetOrAddAsync([key], cancellation)).Map(numbers => numbers[0]);
    }

    /// <summary>
    /// The key's number, null when nobody ever used it. Only inside <see cref="IDatabase.ReadAsync"/>: what it sees is committed.
    /// </summary>
    public async ValueTask<long?> FindAsync(DbSession session, string key)
    {
        if (_numbers.TryGetValue(key, out var number)) return number;
        var found = await session.Prepare(FindKey).Bind("key", key).LongAsync();
        if (found is { } known) Remember(key, known);
        return found;
    }

    /// <summary>The name behind a number that a row carries. Only inside <see cref="IDatabase.ReadAsync"/>.</summary>
    public async ValueTask<string> NameAsync(DbSession session, long number)
    {
        if (_names.TryGetValue(number, out var name)) return name;
        name = await session.Prepare(FindKeyName).Bind("key_no", number).FirstAsync(static row => row.Text(0));
        Invariant.That(name is not null);
        Remember(name, number);
        return name;
    }

    private async ValueTask<Result<Dictionary<string, long>>> LearnAsync(List<string> unknown, CancellationToken cancellation)
    {
        var found = await database.ReadAsync(session => FindManyAsync(session, unknown), cancellation);
        var missing = unknown.Where(key => !found.ContainsKey(key)).Distinct(StringComparer.Ordinal).ToList();
        if (missing.Count > 0)
        {
            // One order for everybody, so that two replicas adding the same keys cannot wait for each other.
            missing.Sort(StringComparer.Ordinal);
            var added = await database.WriteAsync(session => AddManyAsync(session, missing), cancellation);
            if (!added.TryGet(out var numbers, out var error)) return error;
            for (var i = 0; i < missing.Count; i++) found[missing[i]] = numbers[i];
        }

        foreach (var (key, number) in found) Remember(key, number);
        return found;
    }

    private static async ValueTask<Dictionary<string, long>> FindManyAsync(DbSession session, List<string> keys)
    {
        var found = new Dictionary<string, long>(keys.Count, StringComparer.Ordinal);
        foreach (var key in keys)
            if (await session.Prepare(FindKey).Bind("key", key).LongAsync() is { } number) found[key] = number;
        return found;
    }

    private static async ValueTask<Result<long[]>> AddManyAsync(DbSession session, List<string> keys)
    {
        var numbers = new long[keys.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            var number = await session.Prepare(AddKey).Bind("key", keys[i]).LongAsync();
            Invariant.That(number is not null);
            numbers[i] = number.Value;
        }

        return numbers;
    }

    private void Remember(string key, long number)
    {
        if (_names.Count >= options.KeyCacheMax)
        {
            // Emptying is rare (it takes as many distinct keys as the limit) and refilling is a few indexed reads.
            _numbers.Clear();
            _names.Clear();
        }

        _numbers[key] = number;
        _names[number] = key;
    }
}
