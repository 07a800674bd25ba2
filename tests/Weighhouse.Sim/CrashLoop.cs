using System.Diagnostics;
using System.Globalization;
using Weighhouse.Kernel;

namespace Weighhouse.Sim;

/// <param name="Problem">What was lost, torn or damaged; null when nothing was.</param>
public sealed record CrashReport(int Seed, int Kills, int AcknowledgedUnits, int FoundUnits, string? Problem)
{
    public override string ToString() =>
        $"seed {Seed}: {Kills} kills, {AcknowledgedUnits:N0} units acknowledged, {FoundUnits:N0} found: "
        + $"{Problem ?? "nothing lost, nothing torn"}";
}

/// <summary>
/// Starts a writer, kills it at a random moment, opens what it leaves, and checks that every acknowledged unit is there and every
/// unit is whole. The same directory goes through all rounds.
/// </summary>
public sealed class CrashLoop(string directory, int seed)
{
    private const long UnitsPerRound = 10_000_000;
    private const int KillAfterMsMax = 300;

    private readonly IdGenerator _chance = IdGenerator.Seeded(seed);
    private readonly HashSet<long> _acknowledged = [];

    public async Task<CrashReport> RunAsync(int kills, Action<string> say)
    {
        var found = 0;
        for (var round = 1; round <= kills; round++)
        {
            await WriteAndKillAsync(round);
            (found, var problem) = await VerifyAsync();
            say($"kill {round}: {_acknowledged.Count:N0} acknowledged, {found:N0} found");
            if (problem is not null) return new CrashReport(seed, round, _acknowledged.Count, found, problem);
        }

        return new CrashReport(seed, kills, _acknowledged.Count, found, null);
    }

    private async Task WriteAndKillAsync(int round)
    {
        using var writer = SimProcess.Start("write", directory, Text(round * UnitsPerRound), Text(_chance.Below(int.MaxValue)));
        await ReadAcknowledgementAsync(writer);
        var killAfter = TimeSpan.FromMilliseconds(_chance.Below(KillAfterMsMax));
        var reading = ReadAllAsync(writer);
        await Task.Delay(killAfter, TimeProvider.System);
        writer.Kill();
        await reading;
        await writer.WaitForExitAsync();
    }

    /// <summary>What is wrong with what is there; null when nothing is.</summary>
    public async Task<(int Found, string? Problem)> VerifyAsync()
    {
        var opened = await SimDatabase.OpenAsync(directory);
        if (!opened.TryGet(out var database, out var error)) return (0, $"the database does not open: {error.Message}");
        await using (database)
        {
            var units = await database.ListUnitsAsync();
            var check = await database.CheckAsync();
            if (check != "ok") return (units.Count, $"integrity_check: {check}");
            foreach (var (unit, (rows, of)) in units)
                if (rows != of) return (units.Count, $"unit {unit} is torn: {rows} of its {of} rows are there");
            foreach (var unit in _acknowledged)
                if (!units.ContainsKey(unit)) return (units.Count, $"unit {unit} was acknowledged and is lost");
            return (units.Count, null);
        }
    }

    private async Task ReadAcknowledgementAsync(Process writer)
    {
        var line = await writer.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException($"The writer ended by itself: {await writer.StandardError.ReadToEndAsync()}");
        _acknowledged.Add(long.Parse(line, CultureInfo.InvariantCulture));
    }

    /// <summary>A last line without its end was cut by the kill and does not count.</summary>
    private async Task ReadAllAsync(Process writer)
    {
        var text = await writer.StandardOutput.ReadToEndAsync();
        foreach (var line in text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries))
            _acknowledged.Add(long.Parse(line, CultureInfo.InvariantCulture));
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
