using System.Reflection;

namespace Weighhouse;

internal static class ProgramVersion
{
    /// <summary>"0.1.0": the version without the build's commit.</summary>
    public static string Text { get; } =
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
            ?? "0.0.0";
}
