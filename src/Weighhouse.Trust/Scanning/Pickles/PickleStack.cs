using Weighhouse.Trust.Scanning.Bytes;

namespace Weighhouse.Trust.Scanning.Pickles;

/// <summary>Stack, marks and memo of the machine, as Python's own has them, and bounded.</summary>
/// <param name="isForgiving">
/// Whether what is missing counts as unknown instead of as an error: for bytes that are looked at from the middle of a pickle.
/// </param>
internal sealed class PickleStack(int valuesMax, bool isForgiving)
{
    /// <summary>Items of tuples and pairs of dictionaries that are kept: whatever is looked into has fewer.</summary>
    private const int ItemsKept = 64;

    private readonly List<PickleValue> _values = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<long, PickleValue> _sparseMemo = [];
    private readonly List<PickleValue> _memo = [];
    private long _keptItems;

    public int MemoCount => _memo.Count + _sparseMemo.Count;

    /// <summary>Where the values since the last mark begin.</summary>
    private int Floor => _marks.Count == 0 ? 0 : _marks[^1];

    public void Push(PickleValue value)
    {
        if (_values.Count >= valuesMax) throw new BeyondLimitException($"its stack has more than {valuesMax:N0} values");
        _values.Add(value);
    }

    public PickleValue Pop()
    {
        if (_values.Count <= Floor) return Missing();
        var value = _values[^1];
        _values.RemoveAt(_values.Count - 1);
        return value;
    }

    public PickleValue Peek()
    {
        return _values.Count > Floor ? _values[^1] : Missing();
    }

    /// <summary>Python's POP takes the mark when nothing is above it.</summary>
    public void PopValueOrMark()
    {
        if (_values.Count == Floor && _marks.Count > 0) _marks.RemoveAt(_marks.Count - 1);
        else Pop();
    }

    public void Mark()
    {
        if (_marks.Count >= valuesMax) throw new BeyondLimitException($"it has more than {valuesMax:N0} marks");
        _marks.Add(_values.Count);
    }

    /// <summary>Takes everything above the last mark, and the mark.</summary>
    public PickleItems PopToMark()
    {
        if (_marks.Count == 0 && isForgiving) return new PickleItems([], 0);
        if (_marks.Count == 0) throw new PickleErrorException("looks for a mark where there is none");
        var from = _marks[^1];
        _marks.RemoveAt(_marks.Count - 1);
        var count = _values.Count - from;
        var items = new PickleItems(Keep(from, Math.Min(count, ItemsKept)), count);
        _values.RemoveRange(from, count);
        return items;
    }

    public PickleValue TupleOf(int count)
    {
        if (_values.Count - Floor < count) Missing();
        var kept = Math.Min(count, _values.Count - Floor);
        var items = Keep(_values.Count - kept, kept);
        _values.RemoveRange(_values.Count - kept, kept);
        return Tuple(new PickleItems(items, count));
    }

    public static PickleValue Tuple(PickleItems items) => new(PickleKind.Tuple, Object: items.IsWhole ? items.Kept : null);

    public PickleValue Dictionary(PickleItems items)
    {
        var dictionary = new PickleValue(PickleKind.Dictionary, Object: new List<PickleValue>());
        AddPairs(dictionary, items);
        return dictionary;
    }

    /// <summary>
    /// Puts pairs into a dictionary. One of which not all is kept has a key without a value, so that nobody relies on it.
    /// </summary>
    public void AddPairs(PickleValue dictionary, PickleItems pairs)
    {
        if (dictionary.Object is not List<PickleValue> known || known.Count % 2 != 0) return;
        _keptItems += pairs.Kept.Count;
        if (pairs.IsWhole && known.Count + pairs.Count <= 2 * ItemsKept && _keptItems <= valuesMax)
        {
            known.AddRange(pairs.Kept);
            return;
        }

        known.Clear();
        known.Add(PickleValue.Opaque);
    }

    public void Remember(long key, PickleValue value)
    {
        if (MemoCount >= valuesMax
            || key >= 8L * valuesMax) throw new BeyondLimitException($"its memo has more than {valuesMax:N0} values");
        if (key == _memo.Count)
        {
            _sparseMemo.Remove(key);
            _memo.Add(value);
        }
        else if (key < _memo.Count) _memo[(int)key] = value;
        else _sparseMemo[key] = value;
    }

    public PickleValue Recall(long key)
    {
        if (key >= 0 && key < _memo.Count) return _memo[(int)key];
        if (_sparseMemo.TryGetValue(key, out var value)) return value;
        return isForgiving ? PickleValue.Opaque : throw new PickleErrorException($"recalls value {key}, which nothing put into the memo");
    }

    private PickleValue Missing() =>
        isForgiving ? PickleValue.Opaque : throw new PickleErrorException("takes a value where there is none");

    private PickleValue[] Keep(int from, int count)
    {
        _keptItems += count;
        // Beyond the limit values are opaque, and what must look into them says that it cannot.
        return _keptItems > valuesMax ? [] : [.. _values.GetRange(from, count)];
    }
}

/// <param name="Kept">The first of them.</param>
/// <param name="Count">How many there are.</param>
internal readonly record struct PickleItems(IReadOnlyList<PickleValue> Kept, int Count)
{
    public bool IsWhole => Kept.Count == Count;
}

/// <summary>What makes Python's own machine stop with an error. Never leaves the scan.</summary>
internal sealed class PickleErrorException(string message) : Exception(message);
