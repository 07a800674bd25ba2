using System.Text;

namespace Weighhouse.Commands.Shared;

/// <summary>Asks for a secret: unseen at a terminal, one line where input is piped.</summary>
internal static class SecretPrompt
{
    public static string Read(string prompt)
    {
        if (Console.IsInputRedirected) return Console.In.ReadLine() ?? "";
        Console.Error.Write(prompt);
        var text = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key is not ConsoleKey.Backspace) text.Append(key.KeyChar);
            else if (text.Length > 0) text.Length--;
        }

        Console.Error.WriteLine();
        return text.ToString();
    }
}
