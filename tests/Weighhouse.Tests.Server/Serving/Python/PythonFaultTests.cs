using System.Diagnostics;
using System.Globalization;
using Weighhouse.Kernel;
using Weighhouse.Serving;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Serving.Python;

/// <summary>What goes wrong in a worker concerns the request that it had, and nobody else.</summary>
[Collection(PythonModels.OneAtATime)]
public class PythonFaultTests
{
    private const float Fine = 0, Calls = 1, Crash = 2, Exit = 3, Hang = 4, Hoard = 5, Fault = 6, Network = 7, Write = 8, Kind = 9;
    private const float Named = 10;

    /// <summary>Three minutes: a worker that nobody ends fails its test, and a machine that is busy does not.</summary>
    private const int EndsMs = 180_000;

    /// <summary>What the handler does for each number.</summary>
    private const string Faults =
        """
        if code == 1:
            return numpy.array([self.calls], dtype="float32")
        if code == 2:
            print("about to crash", file=sys.stderr, flush=True)
            ctypes.string_at(0)
        if code == 3:
            os._exit(7)
        if code == 4:
            time.sleep(600)
        if code == 5:
            return numpy.ones(1 << 31, dtype="float32")
        if code == 6:
            raise RuntimeError("the model has a fault of its own")
        if code == 7:
            socket.create_connection(("127.0.0.1", 80), 1)
        if code == 8:
            open(os.path.join(self.folder, "handler.py"), "a").write("#")
        if code == 9:
            return numpy.array(["text"])
        if code == 10:
            number, place = self.context.get_request_id(0).split("-")
            return numpy.array([int(number)], dtype="float32")
        """;

    [Theory]
    [InlineData(Crash, "signal 11 (SIGSEGV)")]
    [InlineData(Exit, "exit code 7")]
    public async Task A_worker_that_dies_fails_its_own_request_and_is_replaced(float fault, string why)
    {
        await using var house = await StartAsync(options => options with { RestartDelay = TimeSpan.FromMilliseconds(10) });
        Assert.Equal(Fine, Got(await house.AskXAsync("d", Fine)));
        var died = await house.AskXAsync("d", fault);
        Assert.Equal(ErrorCode.Unavailable, died.Error?.Code);
        Assert.Contains(why, died.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(Fine, Got(await house.AskXAsync("d", Fine)));
        Assert.Equal(VersionState.Available, Assert.Single(Got(house.Served.Versions(Principal.Local, "d"))).State);
    }

    [Fact]
    public async Task A_worker_killed_while_it_works_says_so_and_others_go_on()
    {
        await using var house = await StartAsync(options => options with { WorkersMin = 2 });
        var hanging = house.AskXAsync("d", Hang);
        Assert.Equal(Fine, Got(await house.AskXAsync("d", Fine)));
        Assert.False(hanging.IsCompleted);
        foreach (var worker in Workers()) worker.Kill();
        var killed = await hanging;
        Assert.Equal(ErrorCode.Unavailable, killed.Error?.Code);
        Assert.Contains("signal 9 (SIGKILL)", killed.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(Fine, await UntilFineAsync(house));
    }

    [Fact]
    public async Task A_model_that_hangs_is_ended_after_its_time()
    {
        await using var house = await StartAsync(options => options with { RequestTimeout = TimeSpan.FromMilliseconds(300) });
        Assert.Equal(Fine, Got(await house.AskXAsync("d", Fine)));
        var hung = await house.AskXAsync("d", Hang);
        Assert.Equal(ErrorCode.Unavailable, hung.Error?.Code);
        Assert.Contains("did not answer within 0.3 seconds", hung.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(Fine, await UntilFineAsync(house));
    }

    [Fact]
    public async Task A_model_that_takes_too_much_memory_is_told_and_replaced()
    {
        await using var house = await StartAsync(options => options with { MemoryBytesMax = 1L << 30 });
        Assert.Equal(Fine, Got(await house.AskXAsync("d", Fine)));
        var hoarding = await house.AskXAsync("d", Hoard);
        Assert.Equal(ErrorCode.LimitExceeded, hoarding.Error?.Code);
        Assert.Contains("1024 MiB", hoarding.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(Fine, await UntilFineAsync(house));
        // A new process: it has answered no request but these.
        Assert.InRange(Got(await house.AskXAsync("d", Calls)), 1, 3);
    }

    [Theory]
    [InlineData(Fault, "a fault of its own")]
    [InlineData(Network, "OSError")]
    [InlineData(Write, "[Errno ")]
    [InlineData(Kind, "output")]
    public async Task What_a_model_may_not_or_cannot_do_is_its_answer_and_the_worker_lives_on(float fault, string why)
    {
        await using var house = await StartAsync();
        var version = Got(house.Served.Find(Principal.Local, new ServingTarget("d")));
        Assert.SkipWhen(fault is Network or Write && version.Facts["isolation"] != "shut in", "workers cannot be shut in on this machine");
        var before = Got(await house.AskXAsync("d", Calls));
        var failed = await house.AskXAsync("d", fault);
        Assert.Contains(why, failed.Error?.Message, StringComparison.Ordinal);
        Assert.Equal(before + 2, Got(await house.AskXAsync("d", Calls)));
    }

    [Fact]
    public async Task Who_gives_up_waiting_leaves_the_worker_to_others()
    {
        await using var house = await StartAsync(options => options with
        {
            WorkersMax = 1, RequestTimeout = TimeSpan.FromMilliseconds(500),
        });
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => house.AskXAsync("d", Hang, impatient.Token));
        Assert.Equal(Fine, await UntilFineAsync(house));
    }

    [Fact]
    public async Task A_worker_is_replaced_after_its_share_without_a_failed_request()
    {
        await using var house = await StartAsync(options => options with { WorkersMax = 1, RecycleRequests = 5 });
        var replaced = 0;
        var last = 0f;
        for (var i = 0; replaced < 2; i++)
        {
            Assert.True(i < 10_000, "No worker was replaced.");
            var calls = Got(await house.AskXAsync("d", Calls));
            if (calls < last) replaced++;
            last = calls;
        }
    }

    [Fact]
    public async Task A_replacement_gets_the_files_as_they_were_registered()
    {
        await using var house = await StartAsync(options => options with { RestartDelay = TimeSpan.FromMilliseconds(10) });
        var placed = Assert.Single(Directory.EnumerateFiles(house.PlacedFolder, "handler.py", SearchOption.AllDirectories));
        var code = await File.ReadAllTextAsync(placed, ServingHouse.Cancellation);
        File.Delete(placed);
        await File.WriteAllTextAsync(
            placed, code.Replace("return {\"y\": y}", "return {\"y\": y + 1}", StringComparison.Ordinal), ServingHouse.Cancellation);
        Assert.NotEqual(code, await File.ReadAllTextAsync(placed, ServingHouse.Cancellation));
        Assert.Equal(ErrorCode.Unavailable, (await house.AskXAsync("d", Exit)).Error?.Code);
        Assert.Equal(Fine, await UntilFineAsync(house));
    }

    [Fact(Timeout = EndsMs)]
    public async Task Nothing_of_a_worker_is_left_when_its_version_is_unloaded()
    {
        await using var house = await StartAsync();
        Assert.NotEmpty(Workers());
        Got(await house.Served.UnloadAsync(Principal.Local, "d", ServingHouse.Cancellation));
        await NoneLeftAsync();
    }

    [Fact(Timeout = EndsMs)]
    public async Task A_worker_that_hangs_for_nobody_ends_when_its_version_is_unloaded()
    {
        await using var house = await StartAsync(options => options with { WorkersMax = 1, RequestTimeout = TimeSpan.FromHours(1) });
        using var impatient = new CancellationTokenSource();
        var hanging = house.AskXAsync("d", Hang, impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hanging);
        Got(await house.Served.UnloadAsync(Principal.Local, "d", ServingHouse.Cancellation));
        await NoneLeftAsync();
    }

    [Fact]
    public async Task A_handler_is_told_which_request_it_has()
    {
        await using var house = await StartAsync(options => options with { WorkersMax = 1 });
        var first = Got(await house.AskXAsync("d", Named));
        Assert.Equal(first + 1, Got(await house.AskXAsync("d", Named)));
    }

    private static async Task<ServingHouse> StartAsync(Func<PythonOptions, PythonOptions>? with = null)
    {
        await PythonModels.NeedAsync();
        var house = await PythonHouse.StartAsync(with);
        await house.AddAsync("m", PythonModels.Handler(Faults));
        await house.DeployAsync("d", new DeploymentRoute("m"));
        Got(house.Served.Find(Principal.Local, new ServingTarget("d")));
        return house;
    }

    private static async Task<float> UntilFineAsync(ServingHouse house)
    {
        while (true)
        {
            var asked = await house.AskXAsync("d", Fine, ServingHouse.Cancellation);
            if (!asked.IsFailure) return asked.Value;
            Assert.Equal(ErrorCode.Unavailable, asked.Error.Code);
            await Task.Yield();
        }
    }

    /// <summary>Those of the test before may be on their way out.</summary>
    private static async Task NoneLeftAsync()
    {
        while (Workers() is { Count: > 0 } left)
            foreach (var worker in left) await worker.WaitForExitAsync(ServingHouse.Cancellation);
    }

    /// <summary>The processes below this one in which models are; not those that watch over them.</summary>
    private static List<Process> Workers()
    {
        var parents = new Dictionary<int, int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) continue;
            try
            {
                var status = File.ReadAllText(Path.Combine(folder, "stat"));
                var fields = status[(status.LastIndexOf(')') + 2)..].Split(' ');
                var command = File.ReadAllText(Path.Combine(folder, "cmdline"));
                if (fields[0] is not "Z" && command.Contains("weighhouse_worker", StringComparison.Ordinal))
                    parents[id] = int.Parse(fields[1], CultureInfo.InvariantCulture);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It has ended since.
            }
        }

        return [.. parents.Keys.Where(id => Ancestors(id).Contains(Environment.ProcessId) && !parents.ContainsValue(id))
            .Select(Find).OfType<Process>()];

        static Process? Find(int id)
        {
            try
            {
                return Process.GetProcessById(id);
            }
            catch (ArgumentException)
            {
                // It has ended since.
                return null;
            }
        }

        IEnumerable<int> Ancestors(int id)
        {
            while (parents.TryGetValue(id, out var parent))
            {
                yield return parent;
                id = parent;
            }
        }
    }
}
