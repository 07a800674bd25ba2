using System.Globalization;

namespace Weighhouse.Bench.Objects;

/// <summary>
/// What this process takes of memory, looked at every 20 ms. The system itself remembers the peak of what is resident, files that are
/// mapped included; those it takes back when it needs the room.
/// </summary>
internal sealed class MemorySampler : IDisposable
{
    private const int PauseMs = 20;

    private readonly Timer _timer;
    private double _own, _heap;

    public MemorySampler() => _timer = new Timer(_ => Look(), null, 0, PauseMs);

    public static double PeakMegabytes => StatusMegabytes("VmHWM:");

    /// <summary>Without what is mapped from files.</summary>
    public double OwnPeakMegabytes => _own;

    /// <summary>What the runtime had taken for objects, the free room between them included.</summary>
    public double HeapPeakMegabytes => _heap;

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        lock (_timer)
        {
            _own = Math.Max(_own, StatusMegabytes("RssAnon:"));
            _heap = Math.Max(_heap, GC.GetGCMemoryInfo().TotalCommittedBytes / 1e6);
        }
    }

    private static double StatusMegabytes(string name)
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return double.Parse(line[name.Length..].Trim().Split(' ')[0], CultureInfo.InvariantCulture) * 1.024e-3;
    }
}
