using System.Globalization;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Sim;

namespace Weighhouse.Tests.Server;

public sealed class StorageFullTests
{
    private static readonly SqlText Limit = SqlText.Both("LimitPages", "PRAGMA max_page_count = 60");
    private static readonly SqlText Unlimit = SqlText.Both("UnlimitPages", "PRAGMA max_page_count = 1000000");

    [Fact]
    public async Task A_write_that_finds_no_room_fails_alone_and_the_writer_goes_on()
    {
        await using var house = await TestDatabase.StartAsync(DatabaseEngine.Sqlite, Notes.Add);
        await SetAsync(house.Database, Limit);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 60).Select(i =>
            Notes.AddAsync(house.Database, i, i % 10 == 5 ? new string('x', 400_000) : "small").AsTask()));

        foreach (var (outcome, i) in outcomes.Select((outcome, i) => (outcome, i)))
        {
            if (i % 10 != 5) Assert.False(outcome.IsFailure, outcome.Error?.Message);
            else
            {
                Assert.Equal(ErrorCode.StorageFull, outcome.Error?.Code);
                Assert.StartsWith(
                    $"There is no room to write {house.Options.DataDirectory}/weighhouse.db: ",
                    outcome.Error?.Message,
                    StringComparison.Ordinal);
            }
        }

        Assert.Equal(54, await Notes.CountAsync(house.Database));
        await SetAsync(house.Database, Unlimit);
        Assert.False((await Notes.AddAsync(house.Database, 1_000, new string('x', 400_000))).IsFailure);
    }

    [Fact]
    public async Task A_full_disk_is_said_so_and_nothing_acknowledged_is_lost()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The test limits the size of files with the shell's ulimit.");
        var directory = Directory.CreateTempSubdirectory("weighhouse-test-").FullName;
        // 3,000 blocks of 512 bytes or 1 KiB, by shell. The signal must be ignored, or it would end the process; and the runtime
        // must not keep its code in a file in memory, which the limit holds for as well.
        string[] wrapper = ["env", "DOTNET_EnableWriteXorExecute=0", "sh", "-c", "trap '' XFSZ; ulimit -f 3000; exec \"$@\"", "sh"];

        using var filler = SimProcess.Start(wrapper, ["fill", directory]);
        var found = await filler.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        var said = await filler.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        await filler.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.EndsWith(" True", found, StringComparison.Ordinal);
        Assert.StartsWith($"StorageFull: There is no room to write {directory}/weighhouse.db: ", said, StringComparison.Ordinal);
        Assert.Contains("bytes are free on its file system", said, StringComparison.Ordinal);
        var report = await new CrashLoop(directory, seed: 1).VerifyAsync();
        Assert.Equal((int.Parse(found!.Split(' ')[0], CultureInfo.InvariantCulture), null), report);
        Directory.Delete(directory, recursive: true);
    }

    private static async Task SetAsync(IDatabase database, SqlText pragma) => await database.WriteAsync<long?>(
        async session => await session.Prepare(pragma).LongAsync(), TestContext.Current.CancellationToken);
}
