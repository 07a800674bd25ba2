using System.Globalization;

namespace Weighhouse.Sim;

/// <summary>
/// <c>soak [--kills N] [--seed S]</c> kills a writer again and again and checks what it leaves. The other commands are the
/// processes that get killed, refused or starved.
/// </summary>
internal static class SimCommand
{
    private const int KillsDefault = 50;

    public static async Task<int> RunAsync(string[] arguments)
    {
        switch (arguments)
        {
            case ["soak", ..]:
                return await SoakAsync(Option(arguments, "--kills", KillsDefault), Option(arguments, "--seed", Environment.TickCount));
            case ["write", var directory, var first, var seed]:
                await CrashWriter.RunAsync(directory, Number(first), (int)Number(seed));
                return 0;
            case ["fill", var directory]:
                return await Filler.RunAsync(directory);
            case ["open", var directory]:
                return await Opener.RunAsync(directory);
            default:
                await Console.Error.WriteLineAsync(
                    "usage: soak [--kills N] [--seed S] | write DIRECTORY FIRST-UNIT SEED | fill DIRECTORY | open DIRECTORY");
                return 2;
        }
    }

    private static async Task<int> SoakAsync(int kills, int seed)
    {
        var directory = Directory.CreateTempSubdirectory("weighhouse-soak-").FullName;
        await Console.Error.WriteLineAsync($"{kills} kills with seed {seed} in {directory}");
        var report = await new CrashLoop(directory, seed).RunAsync(kills, line => Console.Error.WriteLine(line));
        Console.WriteLine(report);
        if (report.Problem is not null) return 1;
        Directory.Delete(directory, recursive: true);
        return 0;
    }

    private static int Option(string[] arguments, string name, int none)
    {
        var index = Array.IndexOf(arguments, name);
        return index < 0 ? none : (int)Number(arguments[index + 1]);
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
