using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Weighhouse.Kernel;

namespace Weighhouse.Trust.Scanning.Pickles;

/// <summary>What a pickle may do with a name. Each includes those before.</summary>
internal enum GlobalUse
{
    /// <summary>Hold it: a type of elements, a function that an estimator was told to use.</summary>
    Value,

    /// <summary>Make an empty object of the class and fill it.</summary>
    Class,

    /// <summary>Call it with arguments.</summary>
    Call,
}

/// <summary>
/// The names that a pickle may ask Python for, each because loading it runs nothing but itself. A list of what is forbidden would never
/// be complete: every module of every package can be named.
/// </summary>
internal sealed class AllowedGlobals
{
    private const string Resource = "Weighhouse.Trust/allowed-globals.txt";

    private static readonly Lazy<AllowedGlobals> Shipped = new(Load);

    private readonly FrozenDictionary<(string Module, string Name), GlobalUse> _uses;

    private AllowedGlobals(IReadOnlyDictionary<(string, string), GlobalUse> uses, string rules)
    {
        _uses = uses.ToFrozenDictionary();
        Rules = rules;
    }

    public static AllowedGlobals Instance => Shipped.Value;

    /// <summary>A name of this very list: <c>globals-1f0c…</c>, with a plus where the caller added to it.</summary>
    public string Rules { get; }

    public int Count => _uses.Count;

    /// <summary>Null when it is not listed.</summary>
    public GlobalUse? UseOf(string module, string name) =>
        _uses.TryGetValue((Canonical(module), name), out var use) ? use : null;

    public Result<AllowedGlobals> With(IReadOnlyList<string> more)
    {
        if (more.Count == 0) return this;
        var all = new Dictionary<(string, string), GlobalUse>(_uses);
        foreach (var text in more)
        {
            var dot = text.LastIndexOf('.');
            if (!PythonName.IsPlausible(text) || dot <= 0)
                return Error.Invalid($"'{text}' is no name of a class; it looks like 'package.module.Class'.", "allow");
            all[(Canonical(text[..dot]), text[(dot + 1)..])] = GlobalUse.Call;
        }

        return new AllowedGlobals(all, Rules + "+" + string.Join('+', more.Order(StringComparer.Ordinal)));
    }

    /// <summary>Modules that are known by two names: Python 2's, and those that NumPy moved.</summary>
    private static string Canonical(string module) => module switch
    {
        "__builtin__" => "builtins",
        "copy_reg" => "copyreg",
        _ when module.StartsWith("numpy._core.", StringComparison.Ordinal) => "numpy.core." + module["numpy._core.".Length..],
        _ => module,
    };

    private static AllowedGlobals Load()
    {
        using var stream = typeof(AllowedGlobals).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var text = reader.ReadToEnd();
        var uses = new Dictionary<(string, string), GlobalUse>();
        foreach (var line in text.Split('\n').Where(static line => line.Length > 0 && line[0] != '#'))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var use = Enum.Parse<GlobalUse>(words[0], ignoreCase: true);
            foreach (var name in words[2..]) uses.Add((words[1], name), use);
        }

        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        return new AllowedGlobals(uses, "globals-" + digest[..12]);
    }
}

internal static class PythonName
{
    /// <summary>Whether Python could import it: identifiers with dots between them, of the letters that packages use.</summary>
    public static bool IsPlausible(string name)
    {
        if (name.Length == 0) return false;
        var isStart = true;
        foreach (var letter in name)
        {
            if (letter == '.')
            {
                if (isStart) return false;
                isStart = true;
                continue;
            }

            if (!(char.IsLetter(letter) || letter == '_' || (!isStart && char.IsAsciiDigit(letter)))) return false;
            isStart = false;
        }

        return !isStart;
    }
}
