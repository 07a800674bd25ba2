namespace Weighhouse.Build;

/// <summary>Whether this is continuous integration (CI=true), where a skipped test is a failure.</summary>
internal static class Ci
{
    public static bool IsOn { get; private set; } = Environment.GetEnvironmentVariable("CI") is "true" or "1";

    public static void TurnOn()
    {
        IsOn = true;
        Environment.SetEnvironmentVariable("CI", "true");
    }
}
