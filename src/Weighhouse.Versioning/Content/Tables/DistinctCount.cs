using System.Numerics;

namespace Weighhouse.Versioning.Content.Tables;

/// <summary>
/// How many different values there were: exact for few, and an estimate within about 3 % beyond (HyperLogLog with 2,048 registers).
/// </summary>
internal sealed class DistinctCount
{
    private const int ExactMax = 1_024;
    private const int Bits = 11;
    private const int RecentCount = 256;

    private HashSet<ulong>? _exact = [];

    /// <summary>Values that were met lately, each in the place of its last bits: most columns that repeat do so soon.</summary>
    private ulong[]? _recent = new ulong[RecentCount];

    private byte[]? _registers;

    public long Value => _exact?.Count ?? Estimate();

    public void Add(ulong hash)
    {
        if (_exact is null)
        {
            Register(hash);
            return;
        }

        ref var recent = ref _recent![hash % RecentCount];
        if (recent == hash && hash != 0) return;
        recent = hash;
        _exact.Add(hash);
        if (_exact.Count > ExactMax) Estimated();
    }

    /// <summary>What both counted.</summary>
    public static DistinctCount Of(DistinctCount one, DistinctCount other)
    {
        var sum = new DistinctCount();
        if (one._exact is null || other._exact is null) sum.Estimated();
        foreach (var part in new[] { one, other })
        {
            foreach (var hash in part._exact ?? []) sum.Add(hash);
            for (var i = 0; i < part._registers?.Length; i++) sum._registers![i] = Math.Max(sum._registers[i], part._registers[i]);
        }

        return sum;
    }

    private void Estimated()
    {
        _registers = new byte[1 << Bits];
        foreach (var known in _exact!) Register(known);
        (_exact, _recent) = (null, null);
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
