using System.Numerics;

namespace Weighhouse.Versioning.Content.Tables;

/// <summary>
/// How many different values there were: exact for few, and an estimate within about 3 % beyond (HyperLogLog with 2,048 registers).
/// </summary>
internal sealed class DistinctCount
{
    private const int ExactMax = 1_024;
    private const int Bits = 11;

    private HashSet<ulong>? _exact = [];
    private byte[]? _registers;

    public long Value => _exact?.Count ?? Estimate();

    public bool IsExact => _exact is not null;

    public void Add(ulong hash)
    {
        if (_exact is null)
        {
            Register(hash);
            return;
        }

        _exact.Add(hash);
        if (_exact.Count <= ExactMax) return;
        _registers = new byte[1 << Bits];
        foreach (var known in _exact) Register(known);
        _exact = null;
    }

    private void Register(ulong hash)
    {
        ref var register = ref _registers![hash >> (64 - Bits)];
        var rank = (byte)(BitOperations.LeadingZeroCount((hash << Bits) | (1UL << (Bits - 1))) + 1);
        if (rank > register) register = rank;
    }

    private long Estimate()
    {
        const double Count = 1 << Bits;
        var (sum, zeros) = (0.0, 0);
        foreach (var register in _registers!)
        {
            sum += Math.ScaleB(1, -register);
            if (register == 0) zeros++;
        }

        var estimate = 0.7213 / (1 + 1.079 / Count) * Count * Count / sum;
        return (long)Math.Round(estimate <= 2.5 * Count && zeros > 0 ? Count * Math.Log(Count / zeros) : estimate);
    }
}
