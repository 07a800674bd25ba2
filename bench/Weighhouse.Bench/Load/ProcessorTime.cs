using System.Globalization;

namespace Weighhouse.Bench.Load;

/// <summary>What a process and its children have taken of the processors: it says on a shared machine what wall time cannot.</summary>
internal static class ProcessorTime
{
    private const double TicksPerSecond = 100;
    private const int Parent = 1, User = 11, System = 12;

    public static double SecondsOf(int process)
    {
        var own = Fields($"/proc/{process}/stat");
        var children = Directory.GetDirectories("/proc", "?*")
            .Where(static folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])).Select(static folder => Fields(folder + "/stat"))
            .Where(fields => fields.Length > System && fields[Parent] == process.ToString(CultureInfo.InvariantCulture));
        return children.Append(own).Where(static fields => fields.Length > System).Sum(static fields =>
            (double.Parse(fields[User], CultureInfo.InvariantCulture) + double.Parse(fields[System], CultureInfo.InvariantCulture))
            / TicksPerSecond);
    }

    /// <summary>What stands behind the name, which may have spaces; none for a process that is gone, and for what is none.</summary>
    private static string[] Fields(string path)
    {
        try
        {
            var text = File.ReadAllText(path);
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return [];
        }
    }
}
