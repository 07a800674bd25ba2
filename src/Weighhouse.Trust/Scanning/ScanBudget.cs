using Weighhouse.Trust.Scanning.Bytes;

namespace Weighhouse.Trust.Scanning;

/// <summary>What is left of a scan's limits, for all its files together.</summary>
internal sealed class ScanBudget(ScanOptions options)
{
    private long _opcodes;
    private int _members;
    private long _inflatedBytes;

    public void TakeOpcode()
    {
        if (++_opcodes > options.OpcodesMax)
            throw new BeyondLimitException($"pickles have more than {options.OpcodesMax:N0} opcodes together");
    }

    public void TakeMember()
    {
        if (++_members > options.MembersMax)
            throw new BeyondLimitException($"archives have more than {options.MembersMax:N0} members together");
    }

    /// <summary>Bytes that came out of compressed content.</summary>
    /// <param name="all">What came out of this content so far, with these.</param>
    /// <param name="packed">What that content has.</param>
    public void TakeInflated(int bytes, long all, long packed)
    {
        _inflatedBytes += bytes;
        if (_inflatedBytes > options.InflatedBytesMax)
            throw new BeyondLimitException($"compressed content unpacks to more than {options.InflatedBytesMax:N0} bytes");
        if (all > options.RatioFreeBytes && all / options.RatioMax > packed)
            throw new BeyondLimitException($"{packed:N0} bytes unpack to more than {options.RatioMax} times as many") { IsBomb = true };
    }
}
