using System.Diagnostics;

namespace Weighhouse.Build;

/// <summary>
/// Runs tests round after round until the time is up or one fails. Each round has another WEIGH_SEED, which random tests start
/// from, so every round asks new questions; the seed of a failing round repeats it.
/// </summary>
internal static class Soak
{
    private const double DefaultMinutes = 10;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var hasMinutes = arguments.Length > 0 && double.TryParse(arguments[0], out _);
        var minutes = hasMinutes ? double.Parse(arguments[0]) : DefaultMinutes;
        var selection = TestSelection.Parse(arguments[(hasMinutes ? 1 : 0)..]);
        await TestRun.PrepareAsync(selection);

        var clock = Stopwatch.StartNew();
        var firstSeed = Random.Shared.Next();
        for (var round = 0; round == 0 || clock.Elapsed.TotalMinutes < minutes; round++)
        {
            var seed = $"{(firstSeed + round) & int.MaxValue}";
            Say.Line($"Round {round + 1}, WEIGH_SEED={seed}");
            foreach (var project in selection.Projects)
            {
                var totals = await TestProgram.RunAsync(
                    project, selection.Filter, new Dictionary<string, string> { ["WEIGH_SEED"] = seed });
                if (totals.Failed == 0) continue;
                Say.Line($"hint: WEIGH_SEED={seed} ./build test {project} repeats it");
                return ExitCodes.Failure;
            }
        }

        Say.Line($"Nothing failed in {clock.Elapsed.TotalMinutes:F0} minutes.");
        return ExitCodes.Success;
    }
}
