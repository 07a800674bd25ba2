using Weighhouse.Sim;

namespace Weighhouse.Tests.Server;

public sealed class CrashTests(ITestOutputHelper output)
{
    /// <summary>The soak in tests/Weighhouse.Sim does fifty and more.</summary>
    private const int Kills = 8;

    [Fact]
    public async Task A_killed_writer_loses_nothing_it_acknowledged_and_leaves_no_unit_torn()
    {
        var directory = Directory.CreateTempSubdirectory("weighhouse-test-").FullName;

        var report = await new CrashLoop(directory, TestSeed.Next()).RunAsync(Kills, output.WriteLine);

        output.WriteLine($"{report}");
        Assert.Null(report.Problem);
        Assert.True(report.AcknowledgedUnits > 0);
        Directory.Delete(directory, recursive: true);
    }
}
