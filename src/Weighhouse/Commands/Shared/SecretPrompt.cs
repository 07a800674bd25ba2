using System.Text;
using Weighhouse.Client;
using Weighhouse.Kernel;

namespace Weighhouse.Commands.Shared;

/// <summary>Asks for a secret: unseen at a terminal, one line where input is piped.</summary>
internal static class SecretPrompt
{
    /// <summary>A secret that does not exist yet: asked for twice at a terminal, where nobody sees a slip.</summary>
    /// <param name="name">"Password for ann".</param>
    public static string ReadNew(string name)
    {
        var secret = Read(name + ": ");
        if (secret.Length == 0)
            throw new WeighException(ErrorCode.InvalidArgument, $"{name}: nothing came. Type it at a terminal, or pipe one line in.");
        if (!Console.IsInputRedirected && Read("The same again: ") != secret)
            throw new WeighException(ErrorCode.InvalidArgument, $"{name}: the two are not the same. Nothing has changed.");
        return secret;
    }

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
