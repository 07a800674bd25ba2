namespace Weighhouse.Build;

/// <summary>Talk goes to standard error; standard output is for results.</summary>
internal static class Say
{
    public static void Line(string text) => Console.Error.WriteLine(text);
}
