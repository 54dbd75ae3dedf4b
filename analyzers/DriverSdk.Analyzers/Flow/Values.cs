namespace DriverSdk.Analyzers.Flow;

/// <summary>The numbers that stand for values: a site's slot below zero, nothing known at zero, constants and named unknowns above.</summary>
internal sealed class Values
{
    public const int Unknown = 0;
    public const int False = 1;
    public const int True = 2;
    public const int Null = 3;
    public const int Default = 4;

    /// <summary>An errno that is success.</summary>
    public const int Success = 5;

    /// <summary>An errno that is some error.</summary>
    public const int Error = 6;

    private const int FirstInterned = 16;

    private readonly Dictionary<object, int> _codes = [];
    private readonly List<object> _objects = [];
    private readonly HashSet<int> _constants = [];

    public static int OfSlot(int slot) => -1 - slot;

    public static bool IsSlot(int value) => value < 0;

    public static int SlotOf(int value) => -1 - value;

    public static int Of(bool value) => value ? True : False;

    /// <summary>The value of a constant expression.</summary>
    public int Constant(object? value)
    {
        switch (value)
        {
            case null:
                return Null;
            case bool known:
                return Of(known);
            default:
                var code = Intern(("constant", value));
                _constants.Add(code);
                return code;
        }
    }

    /// <summary>An unknown with a name: two equal names mean the same unknown value.</summary>
    public int Named(object name) => Intern(name);

    public object? NameOf(int value) => value >= FirstInterned ? _objects[value - FirstInterned] : null;

    public bool IsConstant(int value) => value is > Unknown and < FirstInterned || _constants.Contains(value);

    public static bool? Truth(int value) => value switch
    {
        True => true,
        False => false,
        _ => null,
    };

    /// <summary>Whether two values are equal, where that can be told.</summary>
    public bool? AreEqual(int left, int right)
    {
        if (left == Default && right is Success or Error)
            left = Success;
        if (right == Default && left is Success or Error)
            right = Success;
        if (left == Error && right == Error)
            return null;

        // What an acquisition handed out is neither null nor the default value.
        if (IsSlot(left))
            return right is Null or Default ? false : null;
        if (IsSlot(right))
            return left is Null or Default ? false : null;

        if (!IsConstant(left) || !IsConstant(right))
            return null;
        return left == right ? true : left == Default || right == Default ? null : false;
    }

    private int Intern(object key)
    {
        if (!_codes.TryGetValue(key, out var code))
        {
            code = FirstInterned + _objects.Count;
            _codes.Add(key, code);
            _objects.Add(key);
        }

        return code;
    }
}
