using Weighhouse.TestKit;

namespace Weighhouse.Tests.Server.Door;

/// <summary>What the commands of a working folder say at the terminal.</summary>
public sealed class WorkspaceCommandTests
{
    [Fact]
    public async Task An_error_names_the_command_as_it_was_typed()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(0, (await WeighProcess.RunAsync(["init", folder["work"]])).ExitCode);

        var outcome = await WeighProcess.RunAsync(["remote", "add", "origin", folder["nowhere"], "-C", folder["work"]]);

        Assert.Equal(1, outcome.ExitCode);
        var nowhere = folder["nowhere"];
        Assert.Equal($"weigh remote add: {nowhere} is no workspace. Make one there: weigh init {nowhere}\n", outcome.Errors);
        Assert.Empty(outcome.Output);
    }
}
