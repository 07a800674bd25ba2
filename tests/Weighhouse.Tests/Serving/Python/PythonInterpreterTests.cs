using System.Globalization;
using Weighhouse.Kernel;
using Weighhouse.Serving.Runtimes.Python;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Serving.Python;

public sealed class PythonInterpreterTests
{
    [Fact(Timeout = 60_000)]
    public async Task An_interpreter_that_does_not_answer_is_ended()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("The interpreter is a script of Unix.");
            return;
        }

        var cancellation = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        var script = folder["python3"];
        await ExecutableFile.WriteAsync(
            script, $"#!/bin/sh\necho $$ > {folder["new"]}\nmv {folder["new"]} {folder["id"]}\nsleep 600\n", cancellation);
        var time = new ManualTime();
        var finding = PythonInterpreter.FindAsync(script, time, cancellation);
        while (!File.Exists(folder["id"])) await Task.Yield();
        var id = int.Parse(await File.ReadAllTextAsync(folder["id"], cancellation), CultureInfo.InvariantCulture);
        Assert.True(FarWorker.IsAlive(id));
        time.Advance(TimeSpan.FromSeconds(20));

        var absent = await finding.WaitAsync(cancellation);
        Assert.Equal(ErrorCode.Unavailable, absent.Error?.Code);
        Assert.Contains("did not answer within 20 seconds", absent.Error!.Message, StringComparison.Ordinal);
        while (FarWorker.IsAlive(id)) await Task.Yield();
    }
}
