using Microsoft.CodeAnalysis;

namespace DriverSdk.Analyzers.Model;

/// <summary>The SDK's symbols, resolved once per compilation by metadata name.</summary>
internal sealed class KnownTypes
{
    public const string AnnotationsNamespace = "DriverSdk.Kernel.Annotations";
    private const string MemoryNamespace = "DriverSdk.Kernel.Memory";
    private const string AddressingNamespace = "DriverSdk.Contract.Addressing";

    /// <summary>Contexts of <c>KernelContexts</c> that may not sleep: <c>Softirq</c> and <c>Hardirq</c>.</summary>
    private const int AtomicContexts = 2 | 4;

    private static readonly (string Name, Effects Effect)[] EffectAttributes =
    [
        ("MustUnmap", Effects.MustUnmap),
        ("Unmaps", Effects.Unmaps),
        ("MapsMemory", Effects.MapsMemory),
        ("ChecksMappingError", Effects.ChecksMappingError),
        ("MustFree", Effects.MustFree),
        ("Frees", Effects.Frees),
        ("TakesOwnership", Effects.TakesOwnership),
        ("Borrows", Effects.Borrows),
        ("AcquiresLock", Effects.AcquiresLock),
        ("ReleasesLock", Effects.ReleasesLock),
        ("AtomicScope", Effects.AtomicScope),
        ("SwitchesStaticKey", Effects.SwitchesStaticKey),
    ];

    private readonly Dictionary<ISymbol, Effects> _effects = new(SymbolEqualityComparer.Default);
    private readonly INamedTypeSymbol? _runsIn;
    private readonly INamedTypeSymbol? _errno;

    private KnownTypes(Compilation compilation)
    {
        foreach (var (name, effect) in EffectAttributes)
        {
            if (compilation.GetTypeByMetadataName(AttributeName(name)) is { } type)
                _effects.Add(type, effect);
        }

        _runsIn = compilation.GetTypeByMetadataName(AttributeName("RunsIn"));
        _errno = compilation.GetTypeByMetadataName("DriverSdk.Kernel.Errno");
        RawDoor = compilation.GetTypeByMetadataName("DriverSdk.Kernel.Dma.DmaRaw");
        SuppressRule = compilation.GetTypeByMetadataName(AttributeName("SuppressRule"));
    }

    public INamedTypeSymbol? SuppressRule { get; }

    /// <summary>The door whose handle is a bare number with no members to tell it is a mapping.</summary>
    public INamedTypeSymbol? RawDoor { get; }

    /// <summary>Resolves the symbols, or returns <see langword="null"/> where the SDK is not referenced.</summary>
    public static KnownTypes? TryCreate(Compilation compilation) =>
        compilation.GetTypeByMetadataName(AttributeName("MustUnmap")) is null ? null : new KnownTypes(compilation);

    /// <summary>The metadata names this class looks for, so that a test can compare them with the SDK.</summary>
    public static IEnumerable<string> MetadataNames()
    {
        foreach (var (name, _) in EffectAttributes)
            yield return AttributeName(name);
        yield return AttributeName("RunsIn");
        yield return AttributeName("SuppressRule");
        yield return "DriverSdk.Kernel.Errno";
        yield return "DriverSdk.Kernel.Dma.DmaRaw";
    }

    public Effects EffectOf(AttributeData attribute)
    {
        if (attribute.AttributeClass is not { } type)
            return Effects.None;
        if (_effects.TryGetValue(type, out var effect))
            return effect;
        return SymbolEqualityComparer.Default.Equals(type, _runsIn)
            && attribute.ConstructorArguments is [{ Value: int contexts }] && (contexts & AtomicContexts) != 0
            ? Effects.RunsAtomic
            : Effects.None;
    }

    public bool IsErrno(ITypeSymbol? type) => _errno is not null && SymbolEqualityComparer.Default.Equals(type, _errno);

    /// <summary>An address or page number stands for the memory it was taken from.</summary>
    public static bool IsAddress(ITypeSymbol? type) => type?.ContainingNamespace?.ToDisplayString() == AddressingNamespace;

    /// <summary>Whether the member's value stands for its receiver: the address of a buffer, a part of it, the buffer that pages are.</summary>
    public static bool StandsForReceiver(ISymbol member) =>
        !member.IsStatic && member.ContainingType is { IsValueType: true } owner && IsSdkMember(owner)
        && (member is IPropertySymbol property ? property.Type : (member as IMethodSymbol)?.ReturnType) is { IsRefLikeType: false } type
        && (IsAddress(type) || (type.IsValueType && type.ContainingNamespace?.ToDisplayString() == MemoryNamespace));

    /// <summary>Whether the SDK declares it: its members do not throw, apart from wrong arguments.</summary>
    public static bool IsSdkMember(ISymbol symbol) =>
        symbol.ContainingAssembly?.Name is { } name && (name == "DriverSdk" || name.StartsWith("DriverSdk.Kernel", StringComparison.Ordinal)
            || name.StartsWith("DriverSdk.Contract", StringComparison.Ordinal));

    private static string AttributeName(string name) => $"{AnnotationsNamespace}.{name}Attribute";
}
