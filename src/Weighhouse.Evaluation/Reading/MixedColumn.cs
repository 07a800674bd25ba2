using System.Globalization;
using System.Runtime.InteropServices;
using Weighhouse.Kernel;

namespace Weighhouse.Evaluation.Reading;

/// <summary>
/// Values of which nobody has said whether they are numbers or words: both are kept, until there are too many different ones for words.
/// </summary>
internal sealed class MixedColumn(string name, int wordsMax)
{
    public const int Missing = -1;

    private readonly List<int> _codes = [];
    private readonly List<double> _numbers = [];
    private readonly List<string> _words = [];
    private Dictionary<string, int>? _places = new(StringComparer.Ordinal);

    public string Name => name;

    public int Count => _numbers.Count;

    /// <summary>Whether every value that is there is a number.</summary>
    public bool IsNumeric { get; private set; } = true;

    /// <summary>Whether there are more different values than are kept as words.</summary>
    public bool HasTooMany => _places is null;

    public int WordsMax => wordsMax;

    /// <summary>The different values in the order in which they were met, numbers in their shortest form.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>Of each row the number of its word; <see cref="Missing"/> where there is none.</summary>
    public ReadOnlySpan<int> Codes => CollectionsMarshal.AsSpan(_codes);

    /// <summary>NaN where there is none.</summary>
    public ReadOnlySpan<double> Numbers => CollectionsMarshal.AsSpan(_numbers);

    public bool HasAt(int row) => HasTooMany ? !double.IsNaN(_numbers[row]) : _codes[row] != Missing;

    public void AddMissing()
    {
        _numbers.Add(double.NaN);
        if (_places is not null) _codes.Add(Missing);
    }

    public void Add(RowReader row, int column)
    {
        if (row.IsMissing(column)) AddMissing();
        else if (row.TryNumber(column, out var number)) Add(number);
        else Add(row.Text(column));
    }

    public void Add(double number)
    {
        if (double.IsNaN(number))
        {
            AddMissing();
            return;
        }

        _numbers.Add(number);
        AddWord(number.ToString("R", CultureInfo.InvariantCulture));
    }

    public void Add(string text)
    {
        _numbers.Add(double.NaN);
        IsNumeric = false;
        AddWord(WordOf(text));
    }

    /// <summary>How a value is called, however it is written: 1.0 is 1, and True is true.</summary>
    public static string WordOf(string text)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
            return number.ToString("R", CultureInfo.InvariantCulture);
        return text switch
        {
            "True" or "TRUE" => "true",
            "False" or "FALSE" => "false",
            _ => text,
        };
    }

    /// <summary>Why its values are no classes; null when they may be.</summary>
    public Error? RefuseAsWords(string what) => HasTooMany
        ? Error.Invalid(
            $"The column '{name}' has more than {wordsMax} different values, which are too many to be {what}. For numbers say --task "
            + "regression.",
            name)
        : null;

    private void AddWord(string word)
    {
        if (_places is null) return;
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, word, out var isKnown);
        if (!isKnown)
        {
            place = _words.Count;
            _words.Add(word);
        }

        _codes.Add(place);
        if (_words.Count <= wordsMax) return;
        // From here on they are numbers, or nothing that can be told apart.
        _places = null;
        _words.Clear();
        _codes.Clear();
        _codes.TrimExcess();
    }
}
