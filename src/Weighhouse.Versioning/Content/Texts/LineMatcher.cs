namespace Weighhouse.Versioning.Content.Texts;

/// <summary>A run of lines of one text that stands where a run of the other stands. Either may be empty.</summary>
internal readonly record struct LineChange(int OldFrom, int OldTo, int NewFrom, int NewTo);

/// <summary>
/// The shortest way from one text to another, after Myers: O(ND) time, linear memory. Where the way is longer than a bound, the best of
/// what was tried so far is taken, and the result is longer than it could be.
/// </summary>
internal sealed class LineMatcher
{
    /// <summary>Lines removed and added in one stretch before it is no longer looked for the shortest way: a few milliseconds.</summary>
    private const int CostMax = 1_024;

    private readonly int[] _old, _new;
    private readonly int[] _oldAt, _newAt;
    private readonly bool[] _oldChanged, _newChanged;
    private readonly int[] _forward, _backward;
    private readonly int _offset;

    private LineMatcher(int[] old, int[] current)
    {
        (_oldChanged, _newChanged) = (new bool[old.Length], new bool[current.Length]);
        // A line that the other text lacks is changed whatever the rest is.
        var (oldHas, newHas) = (old.ToHashSet(), current.ToHashSet());
        _oldAt = Keep(old, newHas, _oldChanged);
        _newAt = Keep(current, oldHas, _newChanged);
        (_old, _new) = (Array.ConvertAll(_oldAt, at => old[at]), Array.ConvertAll(_newAt, at => current[at]));
        (_forward, _backward) = (new int[_old.Length + _new.Length + 3], new int[_old.Length + _new.Length + 3]);
        _offset = _new.Length + 1;
    }

    public bool IsRough { get; private set; }

    public static (List<LineChange> Changes, bool IsRough) Match(int[] old, int[] current)
    {
        var matcher = new LineMatcher(old, current);
        matcher.Run();
        return (matcher.Changes(), matcher.IsRough);
    }

    private static int[] Keep(int[] lines, HashSet<int> known, bool[] changed)
    {
        var kept = new List<int>(lines.Length);
        for (var i = 0; i < lines.Length; i++)
        {
            changed[i] = !known.Contains(lines[i]);
            if (!changed[i]) kept.Add(i);
        }

        return [.. kept];
    }

    private void Run()
    {
        var waiting = new Stack<(int OldFrom, int OldTo, int NewFrom, int NewTo)>();
        waiting.Push((0, _old.Length, 0, _new.Length));
        while (waiting.TryPop(out var part))
        {
            var (oldFrom, oldTo, newFrom, newTo) = part;
            while (oldFrom < oldTo && newFrom < newTo && _old[oldFrom] == _new[newFrom]) (oldFrom, newFrom) = (oldFrom + 1, newFrom + 1);
            while (oldFrom < oldTo && newFrom < newTo && _old[oldTo - 1] == _new[newTo - 1]) (oldTo, newTo) = (oldTo - 1, newTo - 1);
            if (oldFrom == oldTo || newFrom == newTo)
            {
                for (var i = oldFrom; i < oldTo; i++) _oldChanged[_oldAt[i]] = true;
                for (var i = newFrom; i < newTo; i++) _newChanged[_newAt[i]] = true;
                continue;
            }

            var (x, y) = Middle(oldFrom, oldTo, newFrom, newTo);
            waiting.Push((oldFrom, x, newFrom, y));
            waiting.Push((x, oldTo, y, newTo));
        }
    }

    /// <summary>A point on the shortest way through the part, found from both ends at once.</summary>
    private (int Old, int New) Middle(int oldFrom, int oldTo, int newFrom, int newTo)
    {
        var (lowest, highest) = (oldFrom - newTo, oldTo - newFrom);
        var (ahead, back) = (oldFrom - newFrom, oldTo - newTo);
        var isOdd = ((ahead - back) & 1) != 0;
        var (aheadMin, aheadMax, backMin, backMax) = (ahead, ahead, back, back);
        Span<int> forward = _forward.AsSpan(), backward = _backward.AsSpan();
        forward[_offset + ahead] = oldFrom;
        backward[_offset + back] = oldTo;
        for (var cost = 1; ; cost++)
        {
            if (aheadMin > lowest) forward[_offset + --aheadMin - 1] = -1;
            else aheadMin++;
            if (aheadMax < highest) forward[_offset + ++aheadMax + 1] = -1;
            else aheadMax--;
            for (var diagonal = aheadMax; diagonal >= aheadMin; diagonal -= 2)
            {
                var (below, above) = (forward[_offset + diagonal - 1], forward[_offset + diagonal + 1]);
                var x = below < above ? above : below + 1;
                var y = x - diagonal;
                while (x < oldTo && y < newTo && _old[x] == _new[y]) (x, y) = (x + 1, y + 1);
                forward[_offset + diagonal] = x;
                if (isOdd && backMin <= diagonal && diagonal <= backMax && backward[_offset + diagonal] <= x) return (x, y);
            }

            if (backMin > lowest) backward[_offset + --backMin - 1] = int.MaxValue;
            else backMin++;
            if (backMax < highest) backward[_offset + ++backMax + 1] = int.MaxValue;
            else backMax--;
            for (var diagonal = backMax; diagonal >= backMin; diagonal -= 2)
            {
                var (below, above) = (backward[_offset + diagonal - 1], backward[_offset + diagonal + 1]);
                var x = below < above ? below : above - 1;
                var y = x - diagonal;
                while (oldFrom < x && newFrom < y && _old[x - 1] == _new[y - 1]) (x, y) = (x - 1, y - 1);
                backward[_offset + diagonal] = x;
                if (!isOdd && aheadMin <= diagonal && diagonal <= aheadMax && x <= forward[_offset + diagonal]) return (x, y);
            }

            if (cost >= CostMax) return Furthest((oldFrom, oldTo, newFrom, newTo), (aheadMin, aheadMax), (backMin, backMax));
        }
    }

    /// <summary>Where the search came furthest, from the end that came further.</summary>
    private (int Old, int New) Furthest(
        (int OldFrom, int OldTo, int NewFrom, int NewTo) part, (int Min, int Max) ahead, (int Min, int Max) back)
    {
        IsRough = true;
        var (bestAhead, aheadX) = (-1, 0);
        for (var diagonal = ahead.Max; diagonal >= ahead.Min; diagonal -= 2)
        {
            var x = Math.Min(_forward[_offset + diagonal], part.OldTo);
            if (x - diagonal > part.NewTo) x = part.NewTo + diagonal;
            if (2 * x - diagonal > bestAhead) (bestAhead, aheadX) = (2 * x - diagonal, x);
        }

        var (bestBack, backX) = (int.MaxValue, 0);
        for (var diagonal = back.Max; diagonal >= back.Min; diagonal -= 2)
        {
            var x = Math.Max(_backward[_offset + diagonal], part.OldFrom);
            if (x - diagonal < part.NewFrom) x = part.NewFrom + diagonal;
            if (2 * x - diagonal < bestBack) (bestBack, backX) = (2 * x - diagonal, x);
        }

        return part.OldTo + part.NewTo - bestBack < bestAhead - part.OldFrom - part.NewFrom
            ? (aheadX, bestAhead - aheadX)
            : (backX, bestBack - backX);
    }

    private List<LineChange> Changes()
    {
        var changes = new List<LineChange>();
        var (old, now) = (0, 0);
        while (old < _oldChanged.Length || now < _newChanged.Length)
        {
            var (oldFrom, newFrom) = (old, now);
            while (old < _oldChanged.Length && _oldChanged[old]) old++;
            while (now < _newChanged.Length && _newChanged[now]) now++;
            if (old > oldFrom || now > newFrom) changes.Add(new LineChange(oldFrom, old, newFrom, now));
            else (old, now) = (old + 1, now + 1);
        }

        return changes;
    }
}
