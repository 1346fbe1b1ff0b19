"""Judges calls of AWS by AWS's own parameter models, as botocore has them.

Reads a JSON list of {title, service, operation, input} and writes a JSON list of what is wrong. A member's
name may be in another case than the model's; one that the model has not is wrong, as are values of
another type, length, range, pattern or enumeration.
"""
import json
import re
import sys

import botocore.loaders
import botocore.model
import botocore.validate

loader = botocore.loaders.Loader()
models = {}


def model(service):
    if service not in models:
        described = loader.load_service_model(service, 'service-2')
        models[service] = botocore.model.ServiceModel(described, service)
    return models[service]


def scalar(shape, value, path, wrong):
    if shape.type_name == 'string' and isinstance(value, str):
        if shape.enum and value not in shape.enum:
            wrong.append(f'{path}: {value} is none of {shape.enum}')
        longest = shape.metadata.get('max')
        if longest is not None and len(value) > longest:
            wrong.append(f'{path}: longer than {longest}')
        pattern = shape.metadata.get('pattern') or shape.serialization.get('pattern')
        try:
            if pattern and not re.fullmatch(pattern, value, re.DOTALL):
                wrong.append(f'{path}: {value!r} does not match {pattern}')
        except re.error:
            pass  # a pattern of Java's that Python does not read
    if shape.type_name in ('integer', 'long', 'double', 'float') and not isinstance(value, str):
        most = shape.metadata.get('max')
        if most is not None and value > most:
            wrong.append(f'{path}: {value} is more than {most}')
    if shape.type_name == 'blob' and isinstance(value, str):
        return value.encode()
    return value


def fitted(shape, value, path, wrong):
    """The value under the model's own names."""
    if shape.type_name == 'structure' and isinstance(value, dict) and not getattr(shape, 'is_document_type', False):
        names = {name.lower(): name for name in shape.members}
        made = {}
        for key, member in value.items():
            name = names.get(key.lower())
            if name is None:
                wrong.append(f'{path}.{key}: no such member; there are {sorted(names.values())}')
            else:
                made[name] = fitted(shape.members[name], member, f'{path}.{name}', wrong)
        return made
    if shape.type_name == 'list' and isinstance(value, list):
        most = shape.metadata.get('max')
        if most is not None and len(value) > most:
            wrong.append(f'{path}: more than {most}')
        return [fitted(shape.member, one, f'{path}[{n}]', wrong) for n, one in enumerate(value)]
    if shape.type_name == 'map' and isinstance(value, dict):
        return {key: fitted(shape.value, one, f'{path}.{key}', wrong) for key, one in value.items()}
    return scalar(shape, value, path, wrong)


found = []
for call in json.load(sys.stdin):
    title = f"{call['title']}: {call['service']} {call['operation']}"
    shape = model(call['service']).operation_model(call['operation']).input_shape
    wrong = []
    made = fitted(shape, call['input'], 'input', wrong)
    report = botocore.validate.ParamValidator().validate(made, shape)
    if report.has_errors():
        wrong.append(report.generate_report())
    found += [f'{title}: {one}' for one in wrong]
json.dump(found, sys.stdout)
