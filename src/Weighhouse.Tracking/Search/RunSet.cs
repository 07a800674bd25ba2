using System.Numerics;

namespace Weighhouse.Tracking.Search;

/// <summary>
/// A set of run numbers as bits in blocks, or all numbers but those. A hundred thousand neighbours take 12 KiB, and to intersect two
/// such sets takes microseconds.
/// </summary>
internal sealed class RunSet
{
    private const int BlockBits = 12;
    private const int WordsPerBlock = 1 << (BlockBits - 6);

    private readonly Dictionary<long, ulong[]> _blocks = [];

    // Runs come in order more often than not, so the last block is mostly the next one.
    private long _lastBlock = -1;
    private ulong[]? _lastWords;

    /// <summary>Whether the set is everything but the numbers added.</summary>
    public bool IsComplement { get; private init; }

    /// <summary>How many numbers were added.</summary>
    public int Count { get; private set; }

    public bool IsEmpty => Count == 0 && !IsComplement;

    public void Add(long number)
    {
        var words = WordsOf(number >> BlockBits, make: true)!;
        ref var word = ref words[(int)(number >> 6) & (WordsPerBlock - 1)];
        var bit = 1UL << (int)(number & 63);
        if ((word & bit) != 0) return;
        word |= bit;
        Count++;
    }

    public bool Contains(long number)
    {
        var words = WordsOf(number >> BlockBits, make: false);
        var added = words is not null && (words[(int)(number >> 6) & (WordsPerBlock - 1)] & (1UL << (int)(number & 63))) != 0;
        return added != IsComplement;
    }

    /// <summary>The numbers of a set that is no complement, ascending within a block.</summary>
    public IEnumerable<long> Numbers()
    {
        Kernel.Invariant.That(!IsComplement);
        foreach (var (block, words) in _blocks)
            for (var i = 0; i < words.Length; i++)
                for (var rest = words[i]; rest != 0; rest &= rest - 1)
                    yield return (block << BlockBits) + (i << 6) + BitOperations.TrailingZeroCount(rest);
    }

    public static RunSet Complement(RunSet set) => Copy(set, !set.IsComplement);

    public static RunSet Intersect(RunSet a, RunSet b) => (a.IsComplement, b.IsComplement) switch
    {
        (false, false) => Combine(a, b, static (x, y) => x & y, onlyCommonBlocks: true, isComplement: false),
        (false, true) => Combine(a, b, static (x, y) => x & ~y, onlyCommonBlocks: false, isComplement: false),
        (true, false) => Combine(b, a, static (x, y) => x & ~y, onlyCommonBlocks: false, isComplement: false),
        (true, true) => Combine(a, b, static (x, y) => x | y, onlyCommonBlocks: false, isComplement: true),
    };

    public static RunSet Unite(RunSet a, RunSet b) => Complement(Intersect(Complement(a), Complement(b)));

    private static RunSet Copy(RunSet set, bool isComplement)
    {
        var copy = new RunSet { IsComplement = isComplement, Count = set.Count };
        foreach (var (block, words) in set._blocks) copy._blocks.Add(block, words);
        return copy;
    }

    private static RunSet Combine(RunSet a, RunSet b, Func<ulong, ulong, ulong> combine, bool onlyCommonBlocks, bool isComplement)
    {
        var result = new RunSet { IsComplement = isComplement };
        foreach (var (block, words) in a._blocks)
        {
            if (!b._blocks.TryGetValue(block, out var others) && onlyCommonBlocks) continue;
            var combined = new ulong[WordsPerBlock];
            for (var i = 0; i < combined.Length; i++)
            {
                combined[i] = combine(words[i], others is null ? 0 : others[i]);
                result.Count += BitOperations.PopCount(combined[i]);
            }

            result._blocks.Add(block, combined);
        }

        if (!isComplement) return result;
        foreach (var (block, words) in b._blocks)
        {
            if (!result._blocks.TryAdd(block, words)) continue;
            foreach (var word in words) result.Count += BitOperations.PopCount(word);
        }

        return result;
    }

    private ulong[]? WordsOf(long block, bool make)
    {
        if (block == _lastBlock) return _lastWords;
        if (!_blocks.TryGetValue(block, out var words))
        {
            if (!make) return null;
            _blocks.Add(block, words = new ulong[WordsPerBlock]);
        }

        _lastBlock = block;
        _lastWords = words;
        return words;
    }
}
