using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace DriverSdk.Tests.Architecture;

/// <summary>What a compiled assembly refers to, read from its metadata and IL: a name that only appears in source text does not count.</summary>
internal sealed class CompiledAssembly : IDisposable
{
    private readonly PEReader _image;
    private readonly MetadataReader _reader;

    public CompiledAssembly(string path)
    {
        _image = new PEReader(File.OpenRead(path));
        _reader = _image.GetMetadataReader();
    }

    public IEnumerable<string> ReferencedAssemblies =>
        _reader.AssemblyReferences.Select(handle => _reader.GetString(_reader.GetAssemblyReference(handle).Name));

    /// <summary>For each outermost type, the full names of the types it and its nested types mention.</summary>
    public IEnumerable<(string Type, ImmutableHashSet<string> Uses)> TypeReferences() =>
        _reader.TypeDefinitions.Select(handle => (TypeNames.NameOf(_reader, handle), Uses(_reader.GetTypeDefinition(handle))));

    public void Dispose() => _image.Dispose();

    private ImmutableHashSet<string> Uses(TypeDefinition type)
    {
        var uses = ImmutableHashSet.CreateBuilder<string>();
        uses.UnionWith(Names(type.BaseType));
        foreach (var handle in type.GetInterfaceImplementations())
            uses.UnionWith(Names(_reader.GetInterfaceImplementation(handle).Interface));
        foreach (var handle in type.GetFields())
            uses.UnionWith(_reader.GetFieldDefinition(handle).DecodeSignature(TypeNames.Provider, null));
        AddAttributes(uses, type.GetCustomAttributes());
        AddConstraints(uses, type.GetGenericParameters());
        foreach (var handle in type.GetMethods())
            AddMethod(uses, _reader.GetMethodDefinition(handle));
        return uses.ToImmutable();
    }

    private void AddMethod(ImmutableHashSet<string>.Builder uses, MethodDefinition method)
    {
        AddSignature(uses, method.DecodeSignature(TypeNames.Provider, null));
        AddAttributes(uses, method.GetCustomAttributes());
        AddConstraints(uses, method.GetGenericParameters());
        foreach (var handle in method.GetParameters())
            AddAttributes(uses, _reader.GetParameter(handle).GetCustomAttributes());
        if (method.RelativeVirtualAddress == 0)
            return;
        var body = _image.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
            uses.UnionWith(_reader.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(TypeNames.Provider, null).SelectMany(names => names));
        foreach (var token in IlOperands.Tokens(body.GetILBytes() ?? []))
            uses.UnionWith(Names(token));
        uses.UnionWith(body.ExceptionRegions.SelectMany(region => Names(region.CatchType)));
    }

    private void AddAttributes(ImmutableHashSet<string>.Builder uses, CustomAttributeHandleCollection attributes)
    {
        foreach (var handle in attributes)
            uses.UnionWith(Names(_reader.GetCustomAttribute(handle).Constructor));
    }

    private void AddConstraints(ImmutableHashSet<string>.Builder uses, GenericParameterHandleCollection parameters)
    {
        foreach (var constraint in parameters.SelectMany(handle => _reader.GetGenericParameter(handle).GetConstraints()))
            uses.UnionWith(Names(_reader.GetGenericParameterConstraint(constraint).Type));
    }

    private static void AddSignature(ImmutableHashSet<string>.Builder uses, MethodSignature<ImmutableHashSet<string>> signature)
    {
        uses.UnionWith(signature.ReturnType);
        uses.UnionWith(signature.ParameterTypes.SelectMany(names => names));
    }

    private IEnumerable<string> Names(EntityHandle handle) => handle.IsNil ? [] : handle.Kind switch
    {
        HandleKind.TypeDefinition => [TypeNames.NameOf(_reader, (TypeDefinitionHandle)handle)],
        HandleKind.TypeReference => [TypeNames.NameOf(_reader, (TypeReferenceHandle)handle)],
        HandleKind.TypeSpecification => _reader.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(TypeNames.Provider, null),
        HandleKind.MethodDefinition => Names(_reader.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType()),
        HandleKind.FieldDefinition => Names(_reader.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType()),
        HandleKind.MethodSpecification => MethodSpecification(_reader.GetMethodSpecification((MethodSpecificationHandle)handle)),
        HandleKind.MemberReference => MemberReference(_reader.GetMemberReference((MemberReferenceHandle)handle)),
        _ => [],
    };

    private IEnumerable<string> MethodSpecification(MethodSpecification method) =>
        Names(method.Method).Concat(method.DecodeSignature(TypeNames.Provider, null).SelectMany(names => names));

    private IEnumerable<string> MemberReference(MemberReference member)
    {
        var uses = ImmutableHashSet.CreateBuilder<string>();
        uses.UnionWith(Names(member.Parent));
        if (member.GetKind() == MemberReferenceKind.Field)
            uses.UnionWith(member.DecodeFieldSignature(TypeNames.Provider, null));
        else
            AddSignature(uses, member.DecodeMethodSignature(TypeNames.Provider, null));
        return uses;
    }
}
