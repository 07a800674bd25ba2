namespace Weighhouse.Versioning.Content.Tables;

/// <summary>
/// Counts positive numbers by their logarithm, in steps of 2 %. Counts lie in blocks that are made when a number falls into them; where
/// there are too many, the smallest magnitudes share a place.
/// </summary>
internal sealed class LogarithmCounts
{
    private const double Accuracy = 0.01;

    /// <summary>A block is a factor of two: few columns have more than some dozens.</summary>
    private const int BlockPlaces = 32;

    /// <summary>32 KiB of counts at most.</summary>
    private const int BlocksMax = 128;

    /// <summary>The first bits of a fraction, by which the logarithm is known to a fortieth of a step.</summary>
    private const int FractionBits = 11;

    private static readonly double LogarithmOfStep = Math.Log((1 + Accuracy) / (1 - Accuracy));

    private static readonly int FirstPlace = PlaceOf(double.Epsilon) - 1;

    private static readonly int BlockCount = (PlaceOf(double.MaxValue) - FirstPlace) / BlockPlaces + 1;

    /// <summary>Steps up to a number between one and two that has these first bits.</summary>
    private static readonly double[] Fractions =
        [.. Enumerable.Range(0, 1 << FractionBits).Select(static i => Math.Log(1 + i / (double)(1 << FractionBits)) / LogarithmOfStep)];

    /// <summary>Which of the blocks made it is, and one more; 0 while there is none.</summary>
    private readonly byte[] _slots = new byte[BlockCount];

    private readonly List<long[]> _blocks = [];
    private int _lowest = int.MaxValue;

    /// <summary>The middle of a place: no number in it is further away than 1 %.</summary>
    public static double ValueOf(int place) => 2 * Math.Exp(place * LogarithmOfStep) / (1 + Math.Exp(LogarithmOfStep));

    public void Add(double value)
    {
        var bits = BitConverter.DoubleToUInt64Bits(value);
        var exponent = (int)(bits >> 52);
        var below = (exponent - 1023) * (Math.Log(2) / LogarithmOfStep)
            + Fractions[(int)(bits >> (52 - FractionBits)) & ((1 << FractionBits) - 1)];
        // A fraction that begins so is at most this much further up; where a border may lie between, and below the normal numbers, the
        // logarithm itself decides.
        const double WidthMax = 0.0245;
        var place = (int)Math.Ceiling(below - 1e-9);
        if (place != (int)Math.Ceiling(below + WidthMax) || exponent == 0) place = PlaceOf(value);
        Add(place, 1);
    }

    public void Add(LogarithmCounts other)
    {
        foreach (var (place, count) in other.Places()) Add(place, count);
    }

    /// <summary>Places with what was counted in them, from the smallest numbers to the largest.</summary>
    public IEnumerable<(int Place, long Count)> Places()
    {
        for (var block = 0; block < _slots.Length; block++)
        {
            if (_slots[block] == 0) continue;
            var counts = _blocks[_slots[block] - 1];
            for (var i = 0; i < counts.Length; i++)
                if (counts[i] > 0) yield return (FirstPlace + block * BlockPlaces + i, counts[i]);
        }
    }

    private static int PlaceOf(double value) => (int)Math.Ceiling(Math.Log(value) / LogarithmOfStep);

    private void Add(int place, long count)
    {
        var (block, within) = Math.DivRem(place - FirstPlace, BlockPlaces);
        if (_slots[block] == 0 && !TryMake(block)) (block, within) = (_lowest, 0);
        _blocks[_slots[block] - 1][within] += count;
    }

    /// <summary>False where it would be the lowest of too many.</summary>
    private bool TryMake(int block)
    {
        if (_blocks.Count < BlocksMax)
        {
            _blocks.Add(new long[BlockPlaces]);
            _slots[block] = (byte)_blocks.Count;
            _lowest = Math.Min(_lowest, block);
            return true;
        }

        if (block < _lowest) return false;
        // The lowest gives up its room, and what it counted goes to the next.
        var counts = _blocks[_slots[_lowest] - 1];
        var sum = counts.Sum();
        Array.Clear(counts);
        (_slots[block], _slots[_lowest]) = (_slots[_lowest], 0);
        _lowest = Array.FindIndex(_slots, static slot => slot != 0);
        _blocks[_slots[_lowest] - 1][0] += sum;
        return true;
    }
}
