"""Analysis of the user's source code: the plugin finds out what an expression stands for.

A comment that contains code, such as ``# for x in values:``, is an example of user code. It shows
the case that the code beside or below the comment handles. Each module imports only modules above
it in this list:

- `syntax_tree`: the scopes, statements and nodes of a module
- `source_text`: what the text of a module proves about a name
- `assignment_targets`: what one statement or expression assigns to
- `module_index`: which statements of a module bind a name
- `references`: what a name, an attribute or a call refers to
- `source_values`: which values another module assigns to a variable, from its source text
- `assignments`: which values a module assigns to a variable
- `ambiguity`: whether a name can have only one definition
- `list_changes`: whether a module may change a list
- `literal_types`: which values a literal type contains
- `path_functions`: what ``os.path.join`` and the like return
- `path_expressions`: which paths or names an expression may evaluate to
- `object_identity`: which object a type belongs to
- `base_btf`: which file is the base of split BTF
- `btf_classes`: which BTF class an expression stands for
- `call_arguments`: which values the calls in a module pass for a parameter
- `lost_identity`: which annotation loses the identity of an object
"""
